import type { By, Engine, MoveOutcome, Pid } from '../src/index.ts'

const BY: By = { actor: 'soak', reason: 'a move under traffic' }
/** One in so many has a state that the next generation's `codeChange` does not take. */
const FAULTY_EVERY = 100
const CALL_MS = 30_000
const SPAWNED_TOGETHER = 200

/** A counter with a faulty name, for whom `codeChange` throws. `pinned`: between load and move it answers from its own generation. */
export function counter(version: number): string {
  return `// version ${version}
import { run } from '@strata/runtime/server'
export const pinned = true
export async function start(name) { return run('counter', [name]) }
export const init = (name) => ({ name, count: 0 })
export const handleCall = { add: ({ n }, state) => ({ reply: { version: ${version}, count: state.count + n }, state: { ...state, count: state.count + n } }) }
export function codeChange(from, state) {
  if (state.name.endsWith('faulty')) throw new Error('a state that nobody expected')
  return { ...state, from }
}
`
}

export interface MoveResult {
  readonly outcomes: readonly MoveOutcome[]
  readonly faulty: readonly Pid[]
  readonly requests: number
  /** Requests that were not answered, or with another count than they made. */
  readonly wrong: readonly string[]
  readonly moveMs: number
}

/** Moves `processes` counters while each is asked again and again; what is answered is held against what was asked. */
export async function moveUnderTraffic(engine: Engine, processes: number, askers: number): Promise<MoveResult> {
  const pids: Pid[] = []
  const faulty: Pid[] = []
  for (let at = 0; at < processes; at += SPAWNED_TOGETHER) {
    const some = Array.from({ length: Math.min(SPAWNED_TOGETHER, processes - at) }, (_, n) => at + n)
    const spawned = await Promise.all(
      some.map((n) => engine.spawn({ module: 'counter', export: 'start', args: [n % FAULTY_EVERY === 7 ? `${n} faulty` : `${n}`] }, BY)),
    )
    for (const [index, pid] of spawned.entries()) if ((at + index) % FAULTY_EVERY === 7) faulty.push(pid)
    pids.push(...spawned)
  }
  const counts = new Map<Pid, number>()
  const wrong: string[] = []
  let requests = 0
  let over = false
  const ask = async (pid: Pid): Promise<void> => {
    const expected = (counts.get(pid) ?? 0) + 1
    counts.set(pid, expected)
    requests += 1
    const answer = (await engine.call(pid, { type: 'add', n: 1 }, CALL_MS).catch((error: unknown) => error)) as { readonly count?: number }
    if (answer.count !== expected) wrong.push(`${pid}: ${JSON.stringify(answer)} instead of ${expected}`)
  }
  // Each asker has its own processes, so that it knows what each has counted.
  const asking = Array.from({ length: askers }, async (_, asker) => {
    const own = pids.filter((_, index) => index % askers === asker)
    for (let n = 0; !over; n++) await ask(own[n % own.length] as Pid)
  })
  await engine.load({ sources: [{ module: 'counter', text: counter(2) }], old: 'keep', note: '' }, BY)
  const plan = await engine.planMove({ module: 'counter', generation: 1 })
  const began = performance.now()
  const outcomes = await engine.move(plan, BY, { ratePerSecond: 100_000 })
  const moveMs = performance.now() - began
  over = true
  await Promise.all(asking)
  for (const pid of pids) await ask(pid)
  return { outcomes, faulty, requests, wrong, moveMs }
}
