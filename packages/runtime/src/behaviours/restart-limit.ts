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
