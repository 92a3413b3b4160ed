/** A former life of the server, as the store tells it. Times are epoch milliseconds. */
export interface FormerLife {
  readonly beganAt: number
  /** When it began to serve; `null` when it never did. */
  readonly readyAt: number | null
  /** When it last wrote that it lives. */
  readonly seenAt: number
  /** `null` after a crash. */
  readonly endedAt: number | null
  readonly safe: boolean
}

export type StartDecision =
  /** There was no life before: the system's folder is loaded. */
  | { readonly status: 'first' }
  | { readonly status: 'again'; readonly after: 'crash' | 'stop'; readonly downMs: number; readonly safe: SafeReason | null }

/** Why no user process is started: so many crashes at start, or somebody asked for it. */
export interface SafeReason {
  readonly crashes: number
}

/** `STRATA_SAFE_MODE`: `1` starts in it, `0` never does. */
export type SafeSetting = 'auto' | 'always' | 'never'

const SAFE_CRASHES = 3
export const SAFE_WINDOW_MS = 5 * 60_000
/** A life that ended so soon after it began to serve ended at its start. */
const START_MS = 30_000

/** How the server starts after its former lives, newest first. */
export function decideStart(lives: readonly FormerLife[], nowMs: number, setting: SafeSetting): StartDecision {
  const [last] = lives
  if (last === undefined) return { status: 'first' }
  const crashes = lives.filter((life) => endedAtStart(life) && Math.abs(nowMs - life.beganAt) <= SAFE_WINDOW_MS).length
  const safe = setting === 'always' || (setting === 'auto' && crashes >= SAFE_CRASHES)
  return {
    status: 'again',
    after: last.endedAt === null ? 'crash' : 'stop',
    downMs: Math.max(0, nowMs - (last.endedAt ?? last.seenAt)),
    safe: safe ? { crashes } : null,
  }
}

function endedAtStart({ readyAt, seenAt, endedAt, safe }: FormerLife): boolean {
  return endedAt === null && !safe && (readyAt === null || seenAt - readyAt < START_MS)
}
