import type { ProcessDetail } from '@strata/runtime'
import { Button, CopyLine, Field, Input, quoteShell } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useDestructiveAllowed } from '../../api/live-store.ts'
import { linkAct } from '../../links.ts'
import { ActDialog } from '../../shell/act-dialog.tsx'

type Killable = Pick<ProcessDetail, 'function' | 'at' | 'load'> & { readonly pid: string }

/** Asks shortly, then has the server end one process in 5 s. Leads to its receipt, where it can be taken back until then. */
export function KillDialog({ process, onClose }: { process: Killable; onClose: () => void }) {
  const navigate = useNavigate()
  const [reason, setReason] = useState('')
  const cancel = useRef<HTMLButtonElement>(null)
  const { reason: stale } = useDestructiveAllowed()
  const kill = useMutation(trpc.processes.killSoon.mutationOptions({ onSuccess: ({ id }) => void navigate(linkAct(id)) }))
  const { pid } = process
  return (
    <ActDialog
      onClose={onClose}
      title={<>Kill {pid}</>}
      description={`${process.function ?? 'It'} ${process.at === null ? '' : `at ${process.at}`}${process.load === 'stuck' ? ' is inside one native call: the kill is pending where no interrupt reaches it.' : ' is cut where it is: no catch, no finally of its own runs.'} For 5 s it can be taken back.`}
      initialFocus={cancel}
      footer={
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
      }
    >
      <Field label="Reason" hint="Stands in the activity and in the receipt.">
        {(control) => <Input {...control} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <CopyLine
        label="The same at once, from a terminal"
        command={`./strata kill ${pid}${reason.trim() === '' ? '' : ` --reason ${quoteShell(reason.trim())}`}`}
      />
      <ErrorNotice error={kill.error} />
    </ActDialog>
  )
}
