import type { HoldView } from '@strata/runtime'
import { Notice, RelativeTime } from '@strata/ui'
import { holdText } from './guard-words.ts'

/** Says at the top of the module that somebody holds it, and what that means for who is signed in. */
export function HoldBanner({ module, hold, mine }: { module: string; hold: HoldView; mine: boolean }) {
  const text = holdText(hold)
  return (
    <Notice tone={mine ? 'info' : 'warn'} title={`${text.charAt(0).toUpperCase()}${text.slice(1)}`}>
      {mine
        ? `You hold ${module}: loads, rollbacks and deletes by others are refused, yours are not. `
        : `Loads, rollbacks and deletes of ${module} are off for you. Purges, kills and upgrades are not held. `}
      Since <RelativeTime at={hold.since} />.
    </Notice>
  )
}
