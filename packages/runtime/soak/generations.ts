import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createEngine, type By, type Engine } from '../src/index.ts'

/** Live bytes after a full collection, in the runtime's main thread and in the scheduler's. */
export interface HeapReading {
  readonly generation: number
  readonly mainBytes: number
  readonly schedulerBytes: number
  /** Generations whose memory is confirmed free, of those purged. */
  readonly reclaimed: number
  readonly rssBytes: number
}

export interface SoakOptions {
  readonly generations: number
  readonly every: number
  /** Of the module's source. */
  readonly sourceBytes: number
  readonly onReading?: (reading: HeapReading) => void
}

const BY: By = { actor: 'soak', reason: 'memory' }

const COLLECTOR = `import { receive, reply } from '@strata/runtime/process'
export async function main(): Promise<void> {
  const message = await receive<any>()
  ;(globalThis as any).gc()
  // What the first collection found is let go before the second.
  await new Promise((resolve) => setTimeout(resolve, 20))
  ;(globalThis as any).gc()
  reply(message, process.memoryUsage().heapUsed)
  return main()
}`

/** A module of about so many bytes, another one for each number, of all that compiled code is made of. */
function bigModule(number: number, sourceBytes: number): string {
  const parts = [
    `import { receive, reply } from '@strata/runtime/process'
export const version = ${number}
export async function main(): Promise<void> {
  const message = await receive<any>()
  reply(message, await total(message.n))
}
async function total(n: number): Promise<number> {
  let sum = 0
  for await (const value of steps(n)) sum += value
  for (const f of TABLE) sum += f(n)
  return sum
}
async function* steps(n: number) { for (let i = 0; i < n; i++) yield i }
class Account { #n = ${number}; async add(n: number) { await null; this.#n += n; return this.#n } }
export const account = new Account()
`,
  ]
  const names: string[] = []
  for (let size = (parts[0] as string).length, n = 0; size < sourceBytes; n++) {
    const part = `function work${n}(value: number): number {
  const label = 'step ${n} of generation ${number}'
  let result = label.length
  for (let i = 0; i < (value % 7); i++) result = (result * 31 + i + ${n}) % 65521
  return result
}
`
    names.push(`work${n}`)
    parts.push(part)
    size += part.length
  }
  parts.push(`const TABLE = [${names.join(', ')}]\n`)
  return parts.join('')
}

/** Loads and soft-purges generation after generation of one big module in this process, and reads its heaps. */
export async function soakGenerations(options: SoakOptions): Promise<HeapReading[]> {
  const collectMain = exposeCollector()
  const folder = await mkdtemp(join(tmpdir(), 'strata-soak-'))
  await writeFile(join(folder, 'collector.ts'), COLLECTOR)
  const engine = await createEngine({ folder, isolation: 'thread', heapLimitBytes: 128 * 2 ** 20, typesWaitMs: 0, schedulers: 1 })
  const readings: HeapReading[] = []
  try {
    const collector = await engine.spawn({ module: 'collector', export: 'main' }, BY)
    for (let number = 1; number <= options.generations; number++) {
      await engine.load(
        { sources: [{ module: 'big', text: bigModule(number, options.sourceBytes) }], old: 'soft-purge', note: `${number}` },
        BY,
      )
      const pid = await engine.spawn({ module: 'big', export: 'main' }, BY)
      await engine.call(pid, { n: 5 }, 10_000)
      if (number % options.every !== 0) continue
      const schedulerBytes = (await engine.call(collector, { type: 'collect' }, 30_000)) as number
      await new Promise((resolve) => setImmediate(resolve))
      collectMain()
      const reading = {
        generation: number,
        mainBytes: process.memoryUsage().heapUsed,
        schedulerBytes,
        reclaimed: await countReclaimed(engine),
        rssBytes: process.memoryUsage.rss(),
      }
      readings.push(reading)
      options.onReading?.(reading)
    }
    return readings
  } finally {
    await engine.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function countReclaimed(engine: Engine): Promise<number> {
  const generations = await engine.generations('big')
  return generations.filter(({ reclaimed }) => reclaimed?.status === 'confirmed').length
}

/** For this thread; threads that are started later have it as a global. */
function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
