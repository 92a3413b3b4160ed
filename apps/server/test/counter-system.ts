import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A process that counts, and takes part in everything an operator does. */
export const COUNTER = `import { receive, reply } from '@strata/runtime/process'
import * as current from './counter.ts'

export const upgrade = { type: 'upgrade' }

export async function start() {
  return loop(0)
}

export async function resume(count: number) {
  return loop(count)
}

async function loop(count: number): Promise<void> {
  const message = await receive<any>()
  switch (message.type) {
    case 'add':
      return loop(count + 1)
    case 'get':
      reply(message, { count, generation: GENERATION })
      return loop(count)
    case 'environment':
      reply(message, Object.keys(process.env).filter((name) => name.startsWith('STRATA_')))
      return loop(count)
    case 'upgrade':
      return current.resume(count)
    case 'stop':
      return
    default:
      return loop(count)
  }
}
`

/** The counter's source with a number by which its generations differ. */
export function counterSource(generation: number): string {
  return `const GENERATION = ${generation}\n${COUNTER}`
}

/** A folder with the module `counter` and three of its processes. */
export async function writeCounterSystem(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-system-'))
  await writeFile(join(folder, 'counter.ts'), counterSource(1))
  await writeFile(
    join(folder, 'strata.config.ts'),
    `export default { name: 'counters', start: [1, 2, 3].map((n) => ({ module: 'counter', export: 'start', name: 'counter-' + n })) }\n`,
  )
  return folder
}
