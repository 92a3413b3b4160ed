import type { KillOutcome, ProcessDetail } from '@strata/runtime'
import { Button, buttonClass, CopyLine, Dialog, Field, Input, Notice, quoteShell } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { Link } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { refreshAll } from '../../api/live.ts'
import { useDestructiveAllowed } from '../../api/live-store.ts'
import { linkSchedulers } from '../../links.ts'
import { EnvironmentTag } from '../../shell/environment.tsx'

/** Ends one process at once, after one short question. */
export function KillDialog({ process, onClose }: { process: ProcessDetail; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const cancel = useRef<HTMLButtonElement>(null)
  const { reason: stale } = useDestructiveAllowed()
  const kill = useMutation(trpc.processes.kill.mutationOptions({ onSuccess: () => refreshAll() }))
  const { pid } = process
  const done = kill.data
  const links = process.links.length
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      width="sm"
      title={
        <span className="inline-flex flex-wrap items-center gap-3">
          Kill {pid} <EnvironmentTag />
        </span>
      }
      description={`${process.function ?? 'It'} ${process.at === null ? '' : `at ${process.at}`}${process.load === 'stuck' ? ' is inside one native call: the kill is pending until that returns.' : ' is cut where it is: no catch, no finally of its own runs.'}`}
      initialFocus={cancel}
      footer={
        done === undefined ? (
          <>
            <Button
              variant="danger"
              className="mr-auto"
              busy={kill.isPending}
              disabledReason={stale}
              onClick={() => kill.mutate({ pid, reason: reason.trim() })}
            >
              Kill {pid}
            </Button>
            <Button ref={cancel} onClick={onClose}>
              Cancel
            </Button>
          </>
        ) : (
          <Button onClick={onClose}>Close</Button>
        )
      }
    >
      {done !== undefined ? (
        <Notice
          tone={done.status === 'killed' ? 'good' : 'warn'}
          live="status"
          title={outcomeText(done)}
          actions={
            done.status === 'pending' ? (
              <Link to={linkSchedulers()} className={buttonClass({ size: 'sm' })}>
                Restart its scheduler
              </Link>
            ) : undefined
          }
        />
      ) : (
        <>
          {links > 0 && (
            <Notice tone="warn">
              It has {links === 1 ? 'one link' : `${links} links`}: linked processes that do not trap exits fall with it.
            </Notice>
          )}
          <Field label="Reason" hint="Stands in the activity.">
            {(control) => <Input {...control} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />}
          </Field>
          <CopyLine
            label="The same from a terminal"
            command={`./strata kill ${pid}${reason.trim() === '' ? '' : ` --reason ${quoteShell(reason.trim())}`}`}
          />
        </>
      )}
      <ErrorNotice error={kill.error} />
    </Dialog>
  )
}

function outcomeText({ pid, status }: KillOutcome): string {
  switch (status) {
    case 'killed':
      return `${pid} was killed`
    case 'pending':
      return `${pid} is inside one native call: it ends when that returns, or with its scheduler`
    case 'not_found':
      return `${pid} had ended by itself before`
  }
}
