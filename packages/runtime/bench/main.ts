import { codePart } from './parts/code.ts'
import { loadsPart } from './parts/loads.ts'
import { messagesPart } from './parts/messages.ts'
import { pagePart } from './parts/page.ts'
import { writeTable } from './parts/readme.ts'

/** What `npm run bench -- NAME` runs alone. */
const PARTS: Readonly<Record<string, () => string>> = {
  messages: messagesPart,
  code: codePart,
  loads: loadsPart,
  page: pagePart,
}

const wanted = process.argv[2]
if (wanted !== undefined && !Object.hasOwn(PARTS, wanted)) {
  console.error(`There is no part ${wanted}: ${Object.keys(PARTS).join(', ')}.`)
  process.exit(1)
}
for (const [name, part] of Object.entries(PARTS)) {
  if (wanted !== undefined && wanted !== name) continue
  process.stderr.write(`${name}\n`)
  const table = part()
  console.log(`${table}\n`)
  writeTable(name, table)
}
