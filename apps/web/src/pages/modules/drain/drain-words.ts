import type { DrainEstimate } from '@strata/server'
import type { Tone } from '@strata/ui'
import { formatDuration } from '@strata/ui'

/** When a generation will have drained, as far as its curve tells. */
export function drainWords(estimate: DrainEstimate): { readonly tone: Tone; readonly text: string } {
  switch (estimate.status) {
    case 'drained':
      return { tone: 'idle', text: 'drained' }
    case 'unknown':
      return { tone: 'idle', text: 'too early to say when it drains' }
    case 'not_draining':
      return { tone: 'warn', text: `not draining for ${round(estimate.forMs)}${estimate.orLonger ? ' or longer' : ''}` }
    case 'draining':
      return { tone: 'info', text: `drains in about ${round(estimate.leftMs)}` }
  }
}

/** Two figures are all that an estimate bears. */
function round(ms: number): string {
  const unit = ms >= 36 * 3_600_000 ? 24 * 3_600_000 : ms >= 3_600_000 ? 3_600_000 : ms >= 600_000 ? 300_000 : 60_000
  return formatDuration(Math.max(unit, Math.round(ms / unit) * unit))
}
