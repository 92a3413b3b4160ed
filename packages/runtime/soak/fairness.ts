import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, type By } from '../src/index.ts'

/** Milliseconds from a call to its answer. */
export interface FairnessFigure {
  readonly where: string
  readonly medianMs: number
  readonly p99Ms: number
}

const BY: By = { actor: 'soak', reason: 'fairness' }
const CALLS = 300

const SYSTEM = `import { call, receive, reply, spawn } from '@strata/runtime/process'
export async function busy(): Promise<void> { for (let n = 0; ; n++) if (n > 1e9) n = 0 }
export async function crowd(count: number): Promise<void> {
  for (let i = 0; i < count; i++) spawn(busy)
  await receive()
}
export async function answers(): Promise<void> { for (;;) reply(await receive(), 'here') }
export async function asks(): Promise<void> {
  const { to, calls } = await receive<any>()
  const times: number[] = []
  for (let i = 0; i < calls; i++) {
    const before = performance.now()
    await call(to, {}, 60_000)
    times.push(performance.now() - before)
  }
  return tell(times)
}
async function tell(times: number[]): Promise<void> { reply(await receive(), times) }
`

/** So many processes that use every turn up on the first scheduler; a process that answers, beside them and on the other scheduler, called from there. */
export async function soakFairness(busy: number): Promise<FairnessFigure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-fairness-'))
  await writeFile(join(folder, 'fair.ts'), SYSTEM)
  const engine = await createEngine({ folder, isolation: 'thread', typesWaitMs: 0, schedulers: 2 })
  try {
    const measure = async (where: string, scheduler: number, askedFrom: number): Promise<FairnessFigure> => {
      const answering = await engine.spawn({ module: 'fair', export: 'answers', scheduler }, BY)
      const asking = await engine.spawn({ module: 'fair', export: 'asks', scheduler: askedFrom }, BY)
      await engine.send(asking, { to: answering, calls: CALLS }, BY)
      const times = ((await engine.call(asking, {}, 600_000)) as number[]).toSorted((a, b) => a - b)
      return { where, medianMs: times[CALLS >> 1] as number, p99Ms: times[Math.floor(CALLS * 0.99)] as number }
    }
    const quiet = await measure('one scheduler, nobody else', 1, 1)
    const across = await measure('two schedulers, nobody else', 1, 2)
    await engine.spawn({ module: 'fair', export: 'crowd', args: [busy], scheduler: 1 }, BY)
    return [
      quiet,
      across,
      await measure(`beside ${busy} busy ones`, 1, 1),
      await measure(`beside ${busy} busy ones, asked from a free scheduler`, 1, 2),
      await measure('on a free scheduler, while they are busy', 2, 2),
    ]
  } finally {
    await engine.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
