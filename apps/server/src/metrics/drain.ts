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
        return {
          number,
          status,
          pins,
          points,
          estimate: status === 'current' ? null : estimateDrain(at, points, pins, supersededMs(generations, number)),
        }
      }),
  }
}

/** When the next one was loaded: from then on nobody new enters it, unless it was rolled back to. */
function supersededMs(generations: readonly GenerationView[], number: number): number {
  const later = generations.filter((one) => one.number > number).map(({ loadedAt }) => Date.parse(loadedAt))
  return later.length === 0 ? 0 : Math.min(...later)
}

/** DRAIN2. `pins`: now, after the last point. `oldSinceMs`: since when nobody new enters it. */
export function estimateDrain(at: readonly number[], points: readonly (number | null)[], pins: number, oldSinceMs = 0): DrainEstimate {
  if (pins === 0) return { status: 'drained' }
  const nowMs = at.at(-1)
  if (nowMs === undefined) return { status: 'unknown' }
  const measured = at.flatMap((ms, index) => {
    const value = points[index] ?? null
    return value === null || ms < oldSinceMs ? [] : [{ ms, value }]
  })
  const early = measured.findLastIndex(({ ms }) => ms <= nowMs - PACE_MS)
  const recent = measured.slice(Math.max(0, early))
  const first = recent[0]
  const last = recent.at(-1)
  if (first === undefined || last === undefined || last.ms - first.ms < WATCHED_MIN_MS) return { status: 'unknown' }
  // Processes that come and go are no drain: what counts is where most of the first and of the last quarter were.
  const quarter = Math.max(1, Math.floor(recent.length / 4))
  const before = median(recent.slice(0, quarter).map(({ value }) => value))
  const after = Math.min(pins, median(recent.slice(-quarter).map(({ value }) => value)))
  if (after >= before) {
    const since = measured.find(({ value }) => value <= pins) ?? first
    return { status: 'not_draining', forMs: nowMs - since.ms, orLonger: since === measured[0] }
  }
  const overMs = last.ms - first.ms
  return { status: 'draining', leftMs: Math.round((pins * overMs) / (before - after)), overMs }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0
}
