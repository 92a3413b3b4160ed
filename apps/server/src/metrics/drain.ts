import type { GenerationView, Sample } from '@strata/runtime'

/** What the last part of a curve says of its end. */
export type DrainEstimate =
  | { readonly status: 'drained' }
  /** Watched for less than a minute. */
  | { readonly status: 'unknown' }
  /** As many pin it as `forMs` ago, or more; `orLonger`: all the time that was looked at. */
  | { readonly status: 'not_draining'; readonly forMs: number; readonly orLonger: boolean }
  /** At the pace of the last `overMs` nobody pins it after `leftMs`. */
  | { readonly status: 'draining'; readonly leftMs: number; readonly overMs: number }

/** How many processes pinned one loaded generation over time. */
export interface DrainCurve {
  readonly number: number
  readonly status: GenerationView['status']
  readonly pins: number
  /** One for each of `at`; `null` where it was not loaded or nothing was measured. */
  readonly points: readonly (number | null)[]
  /** `null` for the current generation, which new processes enter. */
  readonly estimate: DrainEstimate | null
}

export interface DrainView {
  readonly module: string
  /** Epoch milliseconds, oldest first, 600 at most. */
  readonly at: readonly number[]
  /** Highest first. */
  readonly curves: readonly DrainCurve[]
}

/** The shortest stretch from which anything is concluded. */
const WATCHED_MIN_MS = 60_000
/** The pace is that of the last half hour: who ends within minutes has gone by then, and the long-lived are left. */
const PACE_MS = 30 * 60_000

/** The curves of a module's loaded generations over these samples, oldest first. */
export function drawDrain(module: string, generations: readonly GenerationView[], samples: readonly Sample[]): DrainView {
  const at = samples.map((sample) => Date.parse(sample.at))
  const bands = samples.map(
    (sample) => new Map(sample.bands.filter((band) => band.module === module).map((band) => [band.generation, band.pins])),
  )
  return {
    module,
    at,
    curves: generations
      .filter(({ status }) => status !== 'purged')
      .map(({ number, status, pins }) => {
        const points = bands.map((band) => band.get(number) ?? null)
        return { number, status, pins, points, estimate: status === 'current' ? null : estimateDrain(at, points, pins) }
      }),
  }
}

/** DRAIN2. `pins`: now, after the last point. */
export function estimateDrain(at: readonly number[], points: readonly (number | null)[], pins: number): DrainEstimate {
  if (pins === 0) return { status: 'drained' }
  const nowMs = at.at(-1)
  if (nowMs === undefined) return { status: 'unknown' }
  // Before its last rise it was another story: a generation drains from when nobody new comes.
  let risen = 0
  for (let index = 1; index < points.length; index++) {
    const before = points[index - 1] ?? null
    const now = points[index] ?? null
    if (before === null || now === null || now > before) risen = index
  }
  const isMeasured = (index: number): boolean => index >= risen && points[index] !== null
  const early = at.findLastIndex((ms, index) => isMeasured(index) && ms <= nowMs - PACE_MS)
  const first = early === -1 ? at.findIndex((_, index) => isMeasured(index)) : early
  const firstMs = at[first]
  const firstPins = points[first] ?? null
  if (firstMs === undefined || firstPins === null || nowMs - firstMs < WATCHED_MIN_MS) return { status: 'unknown' }
  if (pins >= firstPins) {
    const since = flatSince(points, pins)
    return { status: 'not_draining', forMs: nowMs - (at[since] ?? firstMs), orLonger: since === 0 }
  }
  const overMs = nowMs - firstMs
  return { status: 'draining', leftMs: Math.round((pins * overMs) / (firstPins - pins)), overMs }
}

/** Index of the first of the last points at which no more were there than now. */
function flatSince(points: readonly (number | null)[], pins: number): number {
  let index = points.length - 1
  for (let before = points[index - 1]; index > 0 && before !== null && before !== undefined && before <= pins; before = points[index - 1])
    index--
  return index
}
