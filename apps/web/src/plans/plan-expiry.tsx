import { Button, formatClock, nowMs, useNow } from '@strata/ui'
import { useMemo } from 'react'

/** From here on the countdown warns and is read out, once. */
const WARN_BELOW_MS = 60_000

interface PlanExpiryProps {
  readonly expiresAt: string
  readonly renewing: boolean
  readonly onRenew: () => void
}

/** How long the plan still holds; one press makes it anew. */
export function PlanExpiry({ expiresAt, renewing, onRenew }: PlanExpiryProps) {
  const leftMs = useLeftMs(expiresAt)
  const expired = leftMs <= 0
  const soon = leftMs < WARN_BELOW_MS
  return (
    <div className="flex flex-wrap items-center gap-2 text-[13px] max-sm:order-first max-sm:basis-full">
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

/** The server's clock may be set meanwhile: ahead, and the plan is over sooner; back, and it lasts no longer for that. */
function useLeftMs(expiresAt: string): number {
  const shown = useMemo(() => ({ leftMs: Date.parse(expiresAt) - nowMs(), atMs: performance.now() }), [expiresAt])
  return Math.min(Date.parse(expiresAt) - useNow(), shown.leftMs - (performance.now() - shown.atMs))
}
