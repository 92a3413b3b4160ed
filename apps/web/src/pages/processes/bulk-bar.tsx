import { Button, formatPlural } from '@strata/ui'
import { useState } from 'react'
import { useDestructiveAllowed } from '../../api/live-store.ts'
import { PlanDialog } from '../../plans/plan-dialog.tsx'
import { useMayNot } from '../../api/use-may.ts'
import type { PlanRequest } from '../../plans/plan-request.ts'

/** What can be done with the selected processes. */
export function BulkBar({ pids, onClear }: { pids: readonly string[]; onClear: () => void }) {
  const [request, setRequest] = useState<PlanRequest | null>(null)
  const { reason: stale } = useDestructiveAllowed()
  const count = pids.length
  const mayNot = { upgrade: useMayNot('upgrade'), kill: useMayNot('kill') }
  return (
    <>
      <section
        aria-label="Selected processes"
        className="sticky bottom-16 z-20 flex flex-wrap items-center gap-2 rounded-lg border border-line-strong bg-raised px-3 py-2 shadow-pop md:bottom-4"
      >
        <p role="status" className="mr-2 font-medium">
          {formatPlural(count, 'process', 'processes')} selected
        </p>
        <Button disabledReason={mayNot.upgrade ?? stale} onClick={() => setRequest({ verb: 'upgrade', targets: { pids: [...pids] } })}>
          Upgrade {count}…
        </Button>
        <Button className="text-bad!" disabledReason={mayNot.kill ?? stale} onClick={() => setRequest({ verb: 'kill', pids: [...pids] })}>
          Kill {count}…
        </Button>
        <Button variant="ghost" className="ml-auto" onClick={onClear}>
          Clear selection
        </Button>
      </section>
      {request !== null && <PlanDialog request={request} onClose={() => setRequest(null)} />}
    </>
  )
}
