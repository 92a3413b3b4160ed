import type { GenerationView } from '@strata/runtime'

/** More layers side by side than this cannot be read. */
const SHOWN_MAX = 8

export interface FoldedStack {
  /** Highest first. */
  readonly shown: readonly GenerationView[]
  /** Those that are counted together. */
  readonly folded: readonly GenerationView[]
}

/** The layers to draw: all of a small stack; of a tall one the current one and those that hold most, and the rest, with all that are drained, as one. */
export function foldLayers(layers: readonly GenerationView[]): FoldedStack {
  if (layers.length <= SHOWN_MAX) return { shown: layers, folded: [] }
  const byWeight = layers
    .filter(({ status, drained }) => status !== 'old' || !drained)
    .toSorted((a, b) => Number(b.status === 'current') - Number(a.status === 'current') || b.pins - a.pins || b.number - a.number)
  const chosen = new Set(byWeight.slice(0, SHOWN_MAX - 1).map(({ number }) => number))
  return { shown: layers.filter(({ number }) => chosen.has(number)), folded: layers.filter(({ number }) => !chosen.has(number)) }
}
