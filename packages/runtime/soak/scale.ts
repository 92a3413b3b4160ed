import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, type By, type Engine, type Pid } from '../src/index.ts'

// `npm run soak -- scale [PROCESSES] [SCHEDULERS]`: what operators ask of a system of a million processes, and what it takes.

export interface Figure {
  readonly what: string
  readonly value: number
  readonly unit: 'ms' | 'bytes' | '% of a core' | 'ns'
}

const BY: By = { actor: 'soak', reason: 'scale' }
const GENERATIONS = 50
const KILLED = 1_000
const REPEATS = 9
const OBSERVED_SECONDS = 10
const CALL_MS = 600_000

/** Starts processes where it runs, so many in a turn that the scheduler goes on answering. */
const CROWD = `import { receive, reply, self, spawn } from '@strata/runtime/process'
export async function idle(): Promise<void> { await receive(); return idle() }
export async function start(): Promise<void> {
  const message = await receive<any>()
  for (let i = 0; i < message.count; i++) spawn({ module: message.module, export: 'idle' })
  reply(message, self())
  return start()
}
/** The longest time between two of its turns, a millisecond apart. */
export async function gap(): Promise<void> {
  let last = performance.now(), longest = 0
  const timer = setInterval(() => { const now = performance.now(); longest = Math.max(longest, now - last); last = now }, 1)
  const message = await receive<any>()
  clearInterval(timer)
  reply(message, longest)
}
`
const held = (number: number): string => `import { receive } from '@strata/runtime/process'
/** ${number} */
export async function idle(): Promise<void> { await receive() }
`

export async function soakScale(options: {
  readonly processes: number
  readonly schedulers: number
  readonly tell: (figure: Figure) => void
}): Promise<void> {
  const { processes, schedulers, tell } = options
  const folder = await mkdtemp(join(tmpdir(), 'strata-scale-'))
  await writeFile(join(folder, 'crowd.ts'), CROWD)
  await writeFile(join(folder, 'held.ts'), held(0))
  const engine = await createEngine({ folder, isolation: 'thread', typesWaitMs: 0, schedulers })
  try {
    const spawners = await Promise.all(
      Array.from({ length: schedulers }, (_, index) => engine.spawn({ module: 'crowd', export: 'start', scheduler: index + 1 }, BY)),
    )
    const spread = (module: string, count: number): Promise<unknown> =>
      Promise.all(spawners.map((pid) => engine.call(pid, { module, count: Math.ceil(count / schedulers) }, CALL_MS)))
    await spread('crowd', 1_000)
    const before = process.memoryUsage.rss()
    const pinning = Math.round(processes / 10)
    const idle = processes - pinning
    tell({ what: `spawn of ${idle} processes, each`, value: ((await timed(() => spread('crowd', idle))) * 1e6) / idle, unit: 'ns' })
    for (let number = 1; number <= GENERATIONS; number++) {
      await spread('held', Math.round(pinning / GENERATIONS))
      await load(engine, number)
    }
    // The last one is current and empty; the next makes it old.
    tell({ what: 'memory of a process', value: (process.memoryUsage.rss() - before) / processes, unit: 'bytes' })
    await measure(engine, tell)
  } finally {
    await engine.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(engine: Engine, tell: (figure: Figure) => void): Promise<void> {
  const { total } = await engine.processes({ limit: 0 })
  const gap = await engine.spawn({ module: 'crowd', export: 'gap' }, BY)
  tell({ what: `load and publish beside ${total} processes`, value: await timed(() => load(engine, GENERATIONS + 1)), unit: 'ms' })
  tell({ what: 'longest time that a scheduler stood still for it', value: (await engine.call(gap, {}, CALL_MS)) as number, unit: 'ms' })
  const empty = (await engine.generations('held')).find(({ drained }) => drained)
  tell({ what: 'soft purge of an empty generation', value: await timed(() => engine.softPurge('held', empty?.number, BY)), unit: 'ms' })
  tell({ what: 'pins of one generation', value: await median(() => engine.pins('held', 10)), unit: 'ms' })
  tell({ what: 'a page of 100, sorted by reductions', value: await median(() => page(engine, 0)), unit: 'ms' })
  tell({ what: 'the page at row 100,000', value: await median(() => page(engine, Math.min(100_000, total - 100))), unit: 'ms' })
  const victims: Pid[] = []
  while (victims.length < KILLED)
    victims.push(...(await engine.processes({ offset: victims.length, limit: 500 })).rows.map(({ pid }) => pid))
  tell({
    what: `kill of ${KILLED} pids, with its plan`,
    value: await timed(async () => engine.killAll(await engine.planKill(victims), BY)),
    unit: 'ms',
  })
  tell({ what: 'one observer: a page, the modules and the schedulers each second', value: await observe(engine), unit: '% of a core' })
}

const page = (engine: Engine, offset: number) => engine.processes({ sort: 'reductions', descending: true, offset, limit: 100 })

function load(engine: Engine, number: number): Promise<unknown> {
  return engine.load({ sources: [{ module: 'held', text: held(number) }], old: 'keep', note: '' }, BY)
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await act()
  return performance.now() - startedAt
}

async function median(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < REPEATS; i++) times.push(await timed(act))
  return times.toSorted((a, b) => a - b)[Math.floor(REPEATS / 2)] as number
}

/** Processor time above what the same system takes unobserved. */
async function observe(engine: Engine): Promise<number> {
  const second = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_000))
  const cpu = async (act: () => Promise<unknown>): Promise<number> => {
    const before = process.cpuUsage()
    for (let i = 0; i < OBSERVED_SECONDS; i++) await Promise.all([second(), act()])
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1e4 / OBSERVED_SECONDS
  }
  const alone = await cpu(async () => {})
  return (await cpu(() => Promise.all([page(engine, 0), engine.modules(), engine.schedulers()]))) - alone
}
