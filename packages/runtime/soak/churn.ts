import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createEngine, EngineError, type By, type Engine, type Pid } from '../src/index.ts'

// `npm run soak -- churn [MINUTES] [SCHEDULERS]`: processes are spawned, talk to each other over schedulers, live in generations that are loaded and purged every second.

/** Live bytes of all threads after full collections. */
export interface ChurnReading {
  readonly second: number
  readonly mainBytes: number
  readonly schedulerBytes: number
  readonly processes: number
  readonly rssBytes: number
  /** Messages that came back so far, and calls that failed for another reason than a purge. */
  readonly answered: number
  readonly failed: number
  /** Loads and purges that were refused because a thread had no time for them. */
  readonly late: number
}

const BY: By = { actor: 'soak', reason: 'churn' }
const PER_SECOND = 500
/** Old generations that are loaded at once. */
const KEPT = 3

/** Each worker calls its partner on another scheduler and ends; some linger until their generation is purged. */
const worker = (number: number): string => `import { call, receive, reply, sleep, spawn, TIMEOUT } from '@strata/runtime/process'
export const version = ${number}
export async function partner(): Promise<void> {
  const message = await receive<any>({ after: 5_000 })
  if (message !== TIMEOUT) reply(message, { version, text: message.text })
}
export async function start(text: string, lingers: boolean): Promise<void> {
  const other = spawn({ module: 'worker', export: 'partner' }, [], { scheduler: 'spread', monitor: true })
  const answer = await call(other, { text })
  tally(answer.text === text)
  if (lingers) await receive({ match: (message: any) => message === 'end' })
}
import { tally } from './tally.ts'
`

const TALLY = `import { receive, reply } from '@strata/runtime/process'
let answered = 0, failed = 0
export function tally(right: boolean): void { if (right) answered++; else failed++ }
export async function start(): Promise<void> {
  const message = await receive<any>()
  if (message.collect) {
    ;(globalThis as any).gc()
    await new Promise((resolve) => setTimeout(resolve, 20))
    ;(globalThis as any).gc()
  }
  reply(message, { bytes: process.memoryUsage().heapUsed, answered, failed })
  return start()
}
`

export async function soakChurn(options: {
  readonly seconds: number
  readonly everySeconds: number
  readonly schedulers: number
  readonly onReading?: (reading: ChurnReading) => void
}): Promise<ChurnReading[]> {
  setFlagsFromString('--expose-gc')
  const collectMain = runInNewContext('gc') as () => void
  const folder = await mkdtemp(join(tmpdir(), 'strata-churn-'))
  await writeFile(join(folder, 'worker.ts'), worker(0))
  await writeFile(join(folder, 'tally.ts'), TALLY)
  const engine = await createEngine({ folder, isolation: 'thread', typesWaitMs: 0, schedulers: options.schedulers })
  const readings: ChurnReading[] = []
  let late = 0
  try {
    const ids = Array.from({ length: options.schedulers }, (_, index) => index + 1)
    const tallies = await Promise.all(ids.map((scheduler) => engine.spawn({ module: 'tally', export: 'start', scheduler }, BY)))
    for (let second = 1; second <= options.seconds; second++) {
      const next = performance.now() + 1_000
      for (let i = 0; i < PER_SECOND; i++) {
        const args = [`message ${second} ${i}`, i % 50 === 0]
        await engine.spawn({ module: 'worker', export: 'start', args, scheduler: (i % options.schedulers) + 1 }, BY)
      }
      const load = () => engine.load({ sources: [{ module: 'worker', text: worker(second) }], old: 'keep', note: '' }, BY)
      if (!(await inTime(load))) late++
      if (!(await inTime(() => purgeOldest(engine)))) late++
      if (second % options.everySeconds === 0) {
        const reading = { ...(await read(engine, tallies, second, collectMain)), late }
        readings.push(reading)
        options.onReading?.(reading)
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())))
    }
    return readings
  } finally {
    await engine.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** False where a thread had no time for it: a machine that is busy with other work is no reason to end the hour. */
async function inTime(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    if (error instanceof EngineError && (error.fault.code === 'scheduler_held' || error.fault.code === 'body_timeout')) return false
    throw error
  }
}

async function purgeOldest(engine: Engine): Promise<void> {
  const old = (await engine.generations('worker')).filter(({ status }) => status === 'old').map(({ number }) => number)
  for (const number of old.toSorted((a, b) => b - a).slice(KEPT)) await engine.purge(await engine.planPurge('worker', number), BY)
}

async function read(engine: Engine, tallies: readonly Pid[], second: number, collectMain: () => void): Promise<Omit<ChurnReading, 'late'>> {
  type Told = { bytes: number; answered: number; failed: number }
  const told = (await Promise.all(tallies.map((pid) => engine.call(pid, { collect: true }, 60_000)))) as Told[]
  const sum = (of: (entry: Told) => number): number => told.reduce((total, entry) => total + of(entry), 0)
  collectMain()
  return {
    second,
    mainBytes: process.memoryUsage().heapUsed,
    schedulerBytes: sum(({ bytes }) => bytes),
    processes: (await engine.processes({ limit: 0 })).total,
    rssBytes: process.memoryUsage.rss(),
    answered: sum(({ answered }) => answered),
    failed: sum(({ failed }) => failed),
  }
}
