import type { RetainersView } from '@strata/runtime'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, CopyLine, Dialog, formatBytes, formatCount, formatDuration, formatPlural, showInvisible } from '@strata/ui'
import { useRef } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useDestructiveAllowed } from '../../api/live-store.ts'

/** What a heap snapshot was measured to take a megabyte of heap: 12 to 28 ms on a machine with other work. */
const SNAPSHOT_MS_PER_MB = 25

interface RetainersDialogProps {
  readonly module: string
  readonly number: number
  readonly onClose: () => void
}

/** Asks first, for every process stands still meanwhile; then tells who keeps a purged generation in memory. */
export function RetainersDialog({ module, number, onClose }: RetainersDialogProps) {
  const cancel = useRef<HTMLButtonElement>(null)
  const { reason: stale } = useDestructiveAllowed()
  const schedulers = useQuery(trpc.schedulers.list.queryOptions())
  const retainers = useMutation(trpc.modules.retainers.mutationOptions())
  const heap = (schedulers.data ?? []).reduce((sum, { heapBytes }) => sum + heapBytes, 0)
  const name = `${module}@${number}`
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={`Who keeps ${name} in memory?`}
      description={`This takes a snapshot of the scheduler's heap${heap === 0 ? '' : ` (${formatBytes(heap)})`}. Every process stands still while it is taken${heap === 0 ? '' : `, for about ${formatDuration((heap / 2 ** 20) * SNAPSHOT_MS_PER_MB)}`}; nobody is ended.`}
      initialFocus={cancel}
      footer={
        <>
          <Button
            variant="primary"
            className="mr-auto"
            busy={retainers.isPending}
            disabledReason={stale}
            onClick={() => retainers.mutate({ module, number })}
          >
            {retainers.data === undefined ? 'Take the snapshot' : 'Take another'}
          </Button>
          <Button ref={cancel} onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {retainers.data !== undefined && <Holders found={retainers.data} />}
      <ErrorNotice error={retainers.error} />
      <CopyLine label="The same from a terminal" command={`./strata retainers ${name}`} />
    </Dialog>
  )
}

function Holders({ found }: { found: RetainersView }) {
  const name = `${found.module}@${found.number}`
  const stood = `The scheduler stood still for ${formatDuration(found.heldMs)}, with ${formatCount(found.objects)} objects in its heap.`
  if (found.holders.length === 0)
    return (
      <p>
        Nothing keeps {name}: it goes with the next full collection. {stood}
      </p>
    )
  return (
    <div className="flex flex-col gap-3">
      <ul aria-label={`Who keeps ${name}`} className="flex flex-col gap-3">
        {found.holders.map(({ by, steps, functions }) => (
          <li key={by} className="flex flex-col gap-1">
            <span className="font-medium">
              {showInvisible(by)} keeps {formatPlural(functions, 'function')} of it
            </span>
            <ol className="flex flex-col gap-0.5 pl-4 font-mono text-xs break-all text-muted">
              {steps.map((step, index) => (
                <li key={`${index} ${step}`}>{showInvisible(step)}</li>
              ))}
            </ol>
          </li>
        ))}
      </ul>
      <p className="text-muted">{stood}</p>
    </div>
  )
}
