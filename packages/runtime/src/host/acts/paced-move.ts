import type { Clock } from '../../clock.ts'
import type { MovePlan, MoveTarget } from '../../code/plans.ts'
import type { MoveControl, MoveOutcome } from '../../engine.ts'
import type { By, EventBody } from '../../events.ts'

/** A beat of a move: so many processes at the same time, then a pause as long as the rate asks for. */
const BEAT_MS = 100
const TOGETHER_MAX = 100
const RATE_PER_SECOND = 1_000
/** Pids of failures that the event names. */
const NAMED_MAX = 100

export interface MoveSteps {
  readonly clock: Clock
  /** Refuses a plan whose current has changed. */
  begin(plan: MovePlan): Promise<void>
  moveSome(targets: readonly MoveTarget[]): Promise<readonly MoveOutcome[]>
  emit(event: EventBody): void
}

/** MOVE2: goes through a plan at a rate, until it is stopped. A `codeChange` that held its scheduler stops it. */
export async function movePaced(steps: MoveSteps, plan: MovePlan, by: By, control: MoveControl = {}): Promise<readonly MoveOutcome[]> {
  const { ratePerSecond = RATE_PER_SECOND, signal, onProgress } = control
  const together = Math.max(1, Math.min(TOGETHER_MAX, Math.floor((ratePerSecond * BEAT_MS) / 1_000)))
  await steps.begin(plan)
  const outcomes: MoveOutcome[] = []
  const began = steps.clock.monotonicMs()
  let stopped = false
  for (let at = 0; at < plan.targets.length; at += together) {
    stopped = signal?.aborted === true || outcomes.some((outcome) => outcome.status === 'failed' && outcome.why.code === 'held')
    if (stopped) break
    const some = await steps.moveSome(plan.targets.slice(at, at + together))
    outcomes.push(...some)
    onProgress?.(some)
    const dueMs = began + (outcomes.length * 1_000) / ratePerSecond - steps.clock.monotonicMs()
    if (dueMs > 0 && outcomes.length < plan.targets.length) await pause(steps.clock, dueMs, signal)
  }
  if (stopped) {
    const rest = plan.targets.slice(outcomes.length).map(({ pid }): MoveOutcome => ({ pid, status: 'skipped', why: { code: 'stopped' } }))
    outcomes.push(...rest)
    onProgress?.(rest)
  }
  const pidsWith = (status: MoveOutcome['status']) => outcomes.filter((outcome) => outcome.status === status).map(({ pid }) => pid)
  const failed = pidsWith('failed')
  const skipped = pidsWith('skipped')
  steps.emit({
    type: 'moved',
    modules: destinations(plan),
    moved: outcomes.length - failed.length - skipped.length,
    failed: failed.slice(0, NAMED_MAX),
    skipped: skipped.slice(0, NAMED_MAX),
    total: { failed: failed.length, skipped: skipped.length },
    stopped,
    by,
  })
  return outcomes
}

function destinations({ current, to }: MovePlan) {
  return current.flatMap(({ module, number }) => (to === null && number === null ? [] : [{ module, number: to ?? number ?? 0 }]))
}

function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(ms, resolve)
    signal?.addEventListener(
      'abort',
      () => {
        cancel()
        resolve()
      },
      { once: true },
    )
  })
}
