import type { ExitReason, Pid } from '../process-api/index.ts'

/** So many restarts within so long are borne; one more, and the supervisor gives up. */
export interface RestartLimit {
  readonly intensity: number
  readonly periodMs: number
}

export interface CountedRestart {
  readonly status: 'within' | 'exceeded'
  /** Times of the restarts that still count, this one included. */
  readonly restarts: readonly number[]
}

/** Counts a restart. The window is exact time (OTP counts whole seconds: S9): one that lies longer back than the period counts no more. */
export function countRestart(restarts: readonly number[], nowMs: number, limit: RestartLimit): CountedRestart {
  const counted = [...recentRestarts(restarts, nowMs, limit), nowMs]
  return { status: counted.length > limit.intensity ? 'exceeded' : 'within', restarts: counted }
}

function recentRestarts(restarts: readonly number[], nowMs: number, { periodMs }: RestartLimit): readonly number[] {
  return restarts.filter((at) => nowMs - at <= periodMs)
}

/** What a supervisor has counted. */
export interface RestartCounts {
  /** Monotonic times of the restarts that count. */
  readonly restarts: readonly number[]
  /** By scheduler: when its loss was counted last. */
  readonly losses: ReadonlyMap<string, number>
}

export interface EndedChild {
  readonly pid: Pid
  readonly startedAtMs: number
  readonly reason: ExitReason
}

/** Counts the restart that a child's end asks for. All children that fall with one scheduler are one restart: they ended together, and by no fault of theirs (SUP15). */
export function countEnd(
  counts: RestartCounts,
  { pid, startedAtMs, reason }: EndedChild,
  nowMs: number,
  limit: RestartLimit,
): RestartCounts & { readonly status: CountedRestart['status'] } {
  if (reason.type !== 'scheduler_restarted') return { ...counts, ...countRestart(counts.restarts, nowMs, limit) }
  const scheduler = pid.slice(0, pid.indexOf('.'))
  const countedAtMs = counts.losses.get(scheduler)
  if (countedAtMs !== undefined && startedAtMs <= countedAtMs) return { ...counts, status: 'within' }
  return { ...countRestart(counts.restarts, nowMs, limit), losses: new Map(counts.losses).set(scheduler, nowMs) }
}
