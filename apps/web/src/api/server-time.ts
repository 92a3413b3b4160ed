import { setClock } from '@strata/ui'

// What the page shows is told in the server's time: the browser's clock may be wrong, or be set while somebody looks. Between two words of the
// server it runs on by what has passed here, which nobody sets.

/** A word of the server may come so late before its clock counts as set back. */
const LATE_MS = 2_000
/** Words that follow each other more closely are caught up with, and older than they seem. */
const CLOSE_MS = 300

let aheadMs: number | null = null
let heardMs = Number.NEGATIVE_INFINITY

function readClock(): number {
  return aheadMs === null ? Date.now() : aheadMs + performance.now()
}

/** The server said that it is this time; heard `atMs` on this page's monotonic clock. */
export function noteServerTime(at: string, atMs = performance.now()): void {
  const told = Date.parse(at) - atMs
  if (Number.isNaN(told)) return
  const isClose = atMs - heardMs < CLOSE_MS
  heardMs = atMs
  const before = aheadMs
  // The word that was least delayed is the truest, unless the server's clock was set.
  if (before !== null && told <= before && (isClose || told >= before - LATE_MS)) return
  aheadMs = told
  if (before === null || Math.abs(told - before) > LATE_MS) setClock(readClock)
}

/** A moment as this browser has known it. */
export interface Moment {
  readonly wallMs: number
  readonly monotonicMs: number
}

export function markMoment(): Moment {
  return { wallMs: Date.now(), monotonicMs: performance.now() }
}

/** How long ago it was, milliseconds. Some machines' monotonic clock stands still while they sleep; the other one can be set back. */
export function sinceMoment({ wallMs, monotonicMs }: Moment): number {
  return Math.max(Date.now() - wallMs, performance.now() - monotonicMs)
}
