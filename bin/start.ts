import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './root.ts'
import { buildWeb } from './web-build.ts'

// `npm start -- DIR`: npm runs scripts at the root and keeps the folder the user stood in here.
const [directory, ...rest] = process.argv.slice(2)
const from = process.env['INIT_CWD'] ?? process.cwd()
const system = directory === undefined ? resolve(root, 'examples/scribe') : resolve(from, directory)

buildWeb()

const main = resolve(root, 'apps/server/src/main.ts')
process.argv = [process.execPath, main, system, ...rest]
await import(pathToFileURL(main).href)
