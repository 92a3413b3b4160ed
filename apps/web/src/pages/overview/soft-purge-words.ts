import { formatPlural } from '@strata/ui'
import type { Said } from './soft-purge-button.tsx'

/** What a soft purge answers. */
export interface SoftPurged {
  readonly purged: readonly { readonly number: number }[]
  readonly pinned: readonly { readonly number: number; readonly pids: readonly string[] }[]
}

/** What a soft purge of one generation, or of all that had drained (`null`), has done. */
export function tellSoftPurge(module: string, generation: number | null, { purged, pinned }: SoftPurged): Said {
  if (generation === null) {
    const none = purged.length === 0
    const text = none
      ? `No generation of ${module} is drained any more.`
      : `${formatPlural(purged.length, 'generation')} of ${module} ${purged.length === 1 ? 'is' : 'are'} purged. Nobody was ended.`
    return { tone: none ? 'warn' : 'good', text }
  }
  const name = `${module}@${generation}`
  if (purged.length > 0) return { tone: 'good', text: `${name} is purged. Nobody was ended.` }
  const stays = pinned[0]
  if (stays === undefined) return { tone: 'warn', text: `${name} was purged already.` }
  const why =
    stays.pids.length > 0
      ? `${formatPlural(stays.pids.length, 'process pins', 'processes pin')} it again`
      : 'other generations were built with it'
  return { tone: 'warn', text: `${name} stays: ${why}.` }
}
