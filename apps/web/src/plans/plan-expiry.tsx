import { Button, formatClock, useNow } from '@strata/ui'

/** From here on the countdown warns and is read out, once. */
const WARN_BELOW_MS = 60_000

interface PlanExpiryProps {
  readonly expiresAt: string
  readonly renewing: boolean
  readonly onRenew: () => void
}

/** How long the plan still holds; one press makes it anew. */
export function PlanExpiry({ expiresAt, renewing, onRenew }: PlanExpiryProps) {
  const leftMs = Date.parse(expiresAt) - useNow()
  const expired = leftMs <= 0
  const soon = leftMs < WARN_BELOW_MS
  return (
    <div className="flex flex-wrap items-center gap-2 text-[13px]">
      <span className={soon ? 'text-warn' : 'text-muted'}>
        {expired ? 'This plan has expired.' : `Plan expires in ${formatClock(leftMs)}`}
      </span>
      <Button size="sm" variant={soon ? 'default' : 'ghost'} busy={renewing} onClick={onRenew}>
        Renew
      </Button>
      <span role="status" className="sr-only">
        {expired ? 'The plan has expired, renew it' : soon ? 'The plan expires in less than a minute' : ''}
      </span>
    </div>
  )
}
