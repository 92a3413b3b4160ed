import type { GenerationView } from '@strata/runtime'
import type { Tone } from '@strata/ui'
import { formatCount, formatDuration, formatPlural, showInvisible, truncate } from '@strata/ui'

export type LayerState = 'current' | 'old' | 'drained' | 'purged'

/** The one word for a generation's state. */
export function layerState({ status, drained }: Pick<GenerationView, 'status' | 'drained'>): LayerState {
  return status === 'old' && drained ? 'drained' : status
}

export const LAYER_TONES: Readonly<Record<LayerState, Tone>> = { current: 'good', old: 'info', drained: 'idle', purged: 'idle' }

/** `pinned by 3 · oldest 2 h 14 m`. */
export function pinsText({ pins, oldestPinAt }: Pick<GenerationView, 'pins' | 'oldestPinAt'>, nowMs: number): string {
  if (pins === 0) return 'no process pins it'
  return oldestPinAt === null
    ? `pinned by ${formatCount(pins)}`
    : `pinned by ${formatCount(pins)} · oldest ${formatDuration(roundAge(nowMs - Date.parse(oldestPinAt)))}`
}

/** Seconds are noise from one minute on. */
function roundAge(ageMs: number): number {
  return ageMs < 60_000 ? ageMs : Math.floor(ageMs / 60_000) * 60_000
}

/** Why these acts are off for a generation; `undefined` when they are on. */
export interface LayerBlocks {
  readonly purge: string | undefined
  readonly upgrade: string | undefined
  readonly rollback: string | undefined
}

export function layerBlocks(layer: GenerationView, current: number | null): LayerBlocks {
  return {
    purge: layer.status === 'current' ? `Generation ${layer.number} is current: load another or delete it first` : undefined,
    upgrade: upgradeBlock(layer, current),
    rollback: rollbackBlock(layer),
  }
}

/** Why a generation cannot be made current again; `undefined` when it can. */
export function rollbackBlock({ number, status, markedBad }: GenerationView): string | undefined {
  if (status === 'current') return `Generation ${number} is current already`
  if (markedBad === null) return undefined
  return `Generation ${number} is marked bad by ${showInvisible(markedBad.by)}: ${showInvisible(truncate(markedBad.reason, 300))}. Lift the mark first`
}

function upgradeBlock(layer: GenerationView, current: number | null): string | undefined {
  if (layer.status === 'current') return `Generation ${layer.number} is current: there is nothing newer to move to`
  if (current === null) return `${layer.module} has no current generation to move to: load one first`
  if (layer.pins === 0) return `No process is in generation ${layer.number}`
  if (!layer.upgradable) return `Generation ${layer.number} exports no upgrade message, so its processes cannot be asked`
  return undefined
}

/** Why the current generation cannot be deleted; `undefined` when it can. It would become old, and at most one may be (GEN5). */
export function deleteBlock(layers: readonly GenerationView[], current: number | null): string | undefined {
  if (current === null) return 'No generation is current: there is nothing to delete'
  const old = layers.filter(({ status }) => status === 'old').map(({ number }) => number)
  if (old.length === 0) return undefined
  return old.length === 1
    ? `Generation ${old[0]} is still loaded: purge it first`
    : `${old.length} older generations are still loaded: purge them first`
}

/** The module in one sentence. */
export function stackSentence(layers: readonly GenerationView[], current: number | null): string {
  const old = layers.filter(({ status }) => status === 'old')
  const pins = old.reduce((sum, layer) => sum + layer.pins, 0)
  const read = old.filter(({ readBy }) => readBy.length > 0).length
  const head = current === null ? 'No generation is current: calls to it raise undef' : `Generation ${current} is current`
  if (old.length === 0) return `${head}, none is old.`
  const held = pins === 0 ? 'nobody pins them' : `${formatPlural(pins, 'process pins', 'processes pin')} them`
  const builtOn = read === 0 ? '' : `, other generations were built with ${read === 1 ? 'one' : read}`
  return `${head}, ${formatPlural(old.length, 'is old', 'are old')}: ${held}${builtOn}.`
}
