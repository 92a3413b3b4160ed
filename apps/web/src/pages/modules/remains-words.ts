import type { GenerationView } from '@strata/runtime'
import type { Tone } from '@strata/ui'
import { formatDuration, formatPlural } from '@strata/ui'

/** Where a caller of purged code stood: `room.ts:41 (room@7)`, or native code. */
export function callerWords({ at, from }: { readonly at: string | null; readonly from: string | null }): string {
  if (at === null) return 'native code'
  return from === null ? at : `${at} (${from})`
}

/** Whether the memory of a purged generation is free again. */
export function memoryWords(reclaimed: NonNullable<GenerationView['reclaimed']>): { readonly tone: Tone; readonly text: string } {
  switch (reclaimed.status) {
    case 'pending':
      return { tone: 'idle', text: 'not collected yet' }
    case 'confirmed':
      return { tone: 'good', text: reclaimed.tookMs === null ? 'free' : `free after ${formatDuration(reclaimed.tookMs)}` }
    case 'retained':
      return { tone: 'warn', text: 'still in memory' }
  }
}

/** `reached 3 times since, last from room.ts:41 (room@7)`. */
export function reachedWords(reached: NonNullable<GenerationView['reached']>): string {
  return `reached ${formatPlural(reached.count, 'time')} since, last from ${callerWords(reached)}`
}
