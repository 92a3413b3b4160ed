import type { Sample } from '@strata/runtime'
import type { ActivityLine } from '@strata/server'

/** How far back the charts look, in minutes: at most as long as samples are kept. */
export const RANGES = [5, 15, 360, 1_440, 10_080, 43_200] as const
export type Range = (typeof RANGES)[number]

/** Seconds drawn as one point, so that every range has some 150 points. */
const STEP_SECONDS: Record<Range, number> = { 5: 2, 15: 6, 360: 144, 1_440: 576, 10_080: 4_032, 43_200: 17_280 }

export const RANGE_WORDS: Record<Range, string> = { 5: '5 min', 15: '15 min', 360: '6 h', 1_440: '24 h', 10_080: '7 d', 43_200: '30 d' }

/** Ranges that the stream's own samples do not fill. */
export function isStored(range: Range): boolean {
  return range > 15
}

export function readRange(text: string | null, otherwise: Range = 5): Range {
  return RANGES.find((range) => String(range) === text) ?? otherwise
}

/**
 * One point of every chart. `g3` counts the processes that pin generation 3, `c3` its crashes since the point before;
 * `gOthers` and `cOthers` those of the generations that are not drawn by themselves; `q session` the messages that wait in a module's queues.
 */
export interface Point {
  readonly ms: number
  readonly [series: string]: number
}

/** The samples of the range, oldest first. */
export function cutRange(samples: readonly Sample[], range: Range): readonly Sample[] {
  const last = samples.at(-1)
  if (last === undefined) return []
  const fromMs = Date.parse(last.at) - range * 60_000
  return samples.filter((sample) => Date.parse(sample.at) >= fromMs)
}

/** Generations of the module that somebody pinned or that crashed within the samples, lowest first. */
export function listBands(samples: readonly Sample[], module: string): readonly number[] {
  const found = new Set<number>()
  for (const sample of samples)
    for (const band of sample.bands) if (band.module === module && (band.pins > 0 || band.crashes > 0)) found.add(band.generation)
  return [...found].sort((a, b) => a - b)
}

/** More bands than this cannot be told apart, and drawing them costs the page its frames. */
const BANDS_MAX = 8

/** The generations that are drawn by themselves, lowest first, of all that `listBands` found: those that hold or crashed most, and the newest. */
export function chooseBands(found: readonly number[], samples: readonly Sample[], module: string): readonly number[] {
  if (found.length <= BANDS_MAX) return found
  const weights = new Map<number, number>()
  for (const { bands } of samples)
    for (const { module: of, generation, pins, crashes } of bands)
      if (of === module) weights.set(generation, Math.max(weights.get(generation) ?? 0, pins + crashes))
  const newest = found.at(-1) ?? 0
  return found
    .toSorted((a, b) => Number(b === newest) - Number(a === newest) || (weights.get(b) ?? 0) - (weights.get(a) ?? 0) || b - a)
    .slice(0, BANDS_MAX - 1)
    .sort((a, b) => a - b)
}

/** More lines than these beside that of all modules cannot be told apart. */
const QUEUES_MAX = 4

/** Modules whose backlog is drawn by itself, by name: those with the highest peaks within the samples. */
export function chooseQueues(samples: readonly Sample[]): readonly string[] {
  const peaks = new Map<string, number>()
  for (const { queues = [] } of samples)
    for (const { module, queued } of queues) peaks.set(module, Math.max(peaks.get(module) ?? 0, queued))
  return [...peaks]
    .sort(([, a], [, b]) => b - a)
    .slice(0, QUEUES_MAX)
    .map(([module]) => module)
    .sort()
}

/** The key of a module's backlog in a point. */
export function queueKey(module: string): string {
  return `q ${module}`
}

export function toPoint(sample: Sample, module: string, generations: readonly number[], queues: readonly string[] = []): Point {
  const others = sample.bands.filter((band) => band.module === module && !generations.includes(band.generation))
  const point: Record<string, number> = {
    gOthers: others.reduce((sum, { pins }) => sum + pins, 0),
    cOthers: others.reduce((sum, { crashes }) => sum + crashes, 0),
  }
  for (const generation of generations) {
    const band = sample.bands.find((candidate) => candidate.module === module && candidate.generation === generation)
    point[`g${generation}`] = band?.pins ?? 0
    point[`c${generation}`] = band?.crashes ?? 0
  }
  // A scheduler where few messages wait does not look whose they are, and earlier releases did not keep it.
  for (const of of queues) {
    const queued = sample.queued === 0 ? 0 : sample.queues?.find((tally) => tally.module === of)?.queued
    if (queued !== undefined) point[queueKey(of)] = queued
  }
  return {
    ...point,
    ms: Date.parse(sample.at),
    messages: sample.messagesPerSecond,
    reductions: sample.reductionsPerSecond,
    queued: sample.queued,
    utilisation: sample.utilisation * 100,
    heap: sample.heapBytes,
    processes: sample.processes,
  }
}

/** Points of the range: of each step the last reading, with the crashes of the whole step. The newest sample is always there. */
export function drawPoints(
  samples: readonly Sample[],
  module: string,
  generations: readonly number[],
  range: Range,
  queues: readonly string[] = [],
): readonly Point[] {
  const stepMs = STEP_SECONDS[range] * 1000
  const points: Record<string, number>[] = []
  let step = Number.NaN
  for (const sample of samples) {
    const point: Record<string, number> = { ...toPoint(sample, module, generations, queues) }
    const last = points.at(-1)
    const at = Math.floor(Date.parse(sample.at) / stepMs)
    if (last === undefined || at !== step) {
      points.push(point)
      step = at
      continue
    }
    for (const key of ['cOthers', ...generations.map((generation) => `c${generation}`)]) point[key] = (point[key] ?? 0) + (last[key] ?? 0)
    points[points.length - 1] = point
  }
  return points.map((point) => ({ ...point, ms: point['ms'] ?? 0 }))
}

export type MarkKind = 'load' | 'purge' | 'rollback'

/** A moment that the charts mark. */
export interface Mark {
  readonly key: string
  readonly ms: number
  readonly kind: MarkKind
  /** `load session@5`. */
  readonly label: string
}

const MARK_KINDS: Readonly<Partial<Record<ActivityLine['type'], MarkKind>>> = {
  loaded: 'load',
  soft_purged: 'purge',
  purged: 'purge',
  rolled_back: 'rollback',
}

/** Loads, purges and rollbacks as marks, oldest first. */
export function findMarks(lines: readonly ActivityLine[], fromMs: number): readonly Mark[] {
  return lines
    .flatMap((line): Mark[] => {
      const label = labelMark(line)
      const ms = Date.parse(line.at)
      const kind = MARK_KINDS[line.type]
      return label === null || kind === undefined || ms < fromMs ? [] : [{ key: String(line.id), ms, kind, label }]
    })
    .toSorted((a, b) => a.ms - b.ms)
}

/** Marks that would lie on each other drawn once: of each kind the first within `stepMs`. The table behind the chart has all. */
export function thinMarks(marks: readonly Mark[], stepMs: number): readonly Mark[] {
  const lastMs = new Map<MarkKind, number>()
  return marks.filter(({ kind, ms }) => {
    if (ms - (lastMs.get(kind) ?? Number.NEGATIVE_INFINITY) < stepMs) return false
    lastMs.set(kind, ms)
    return true
  })
}

function labelMark(line: ActivityLine): string | null {
  switch (line.type) {
    case 'loaded':
      return `load ${line.modules.map(({ module, number }) => `${module}@${number}`).join(', ')}`
    case 'soft_purged':
      return line.purged.length === 0 ? null : `soft purge ${line.purged.map((number) => `${line.module}@${number}`).join(', ')}`
    case 'purged':
      return `purge ${line.generations.map((number) => `${line.module}@${number}`).join(', ')}`
    case 'rolled_back':
      // One from kept source was a load, and is marked as that.
      return line.made === line.to ? `rollback to ${line.module}@${line.to}` : null
    default:
      return null
  }
}
