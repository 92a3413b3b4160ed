import { Button, CopyLine, Field, Input, quoteShell, showInvisible, Skeleton } from '@strata/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { PlanBody } from '../../plans/plan-body.tsx'
import { planSentence, planTitle } from '../../plans/plan-words.ts'
import { ActDialog } from '../../shell/act-dialog.tsx'

interface ApproveDialogProps {
  readonly id: string
  readonly owner: string
  readonly onDone: () => Promise<void>
  readonly onClose: () => void
}

/** Another's plan, to the last process, and the consent to it. */
export function ApproveDialog({ id, owner, onDone, onClose }: ApproveDialogProps) {
  const [reason, setReason] = useState('')
  const cancel = useRef<HTMLButtonElement>(null)
  const plan = useQuery(trpc.approvals.get.queryOptions({ id }))
  const approve = useMutation(
    trpc.approvals.approve.mutationOptions({
      onSuccess: async () => {
        onClose()
        await onDone()
      },
      // It may be another one than was looked at.
      onError: () => plan.refetch(),
    }),
  )
  const decline = useMutation(
    trpc.approvals.decline.mutationOptions({
      onSuccess: async () => {
        onClose()
        await onDone()
      },
    }),
  )
  const note = reason.trim()
  const view = plan.data
  const over =
    view === undefined
      ? 'The plan is being read'
      : view.approval?.state === 'approved'
        ? `${showInvisible(view.approval.by ?? '')} has approved it already`
        : view.state === 'open'
          ? undefined
          : `The plan is ${view.state}`
  return (
    <ActDialog
      onClose={onClose}
      title={view === undefined ? 'A plan' : planTitle(view)}
      width="lg"
      description={view === undefined ? `Of ${showInvisible(owner)}.` : `${showInvisible(owner)} wants this. ${planSentence(view)}`}
      initialFocus={cancel}
      footer={
        <>
          <Button
            variant="primary"
            className="mr-auto"
            busy={approve.isPending}
            disabledReason={over}
            onClick={() => view !== undefined && approve.mutate({ id, revision: view.revision, reason: reason.trim() })}
          >
            Approve this plan
          </Button>
          <Button
            busy={decline.isPending}
            disabledReason={over ?? (note === '' ? 'Say why in the note: its maker reads it' : undefined)}
            onClick={() => decline.mutate({ id, reason: note })}
          >
            Refuse it
          </Button>
          <Button ref={cancel} onClick={onClose}>
            Cancel
          </Button>
        </>
      }
    >
      {plan.isPending && <Skeleton className="h-40" />}
      <ErrorNotice error={plan.error ?? approve.error ?? decline.error} />
      {view !== undefined && (
        <>
          <PlanBody plan={view.plan} counts={view.counts} />
          <Field label="Note" hint={`${showInvisible(owner)} reads it, and it stands in Activity.`}>
            {(control) => <Input {...control} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />}
          </Field>
          <CopyLine
            label="The same from a terminal"
            command={`./strata approve ${id}${reason.trim() === '' ? '' : ` --reason ${quoteShell(reason.trim())}`}`}
          />
        </>
      )}
    </ActDialog>
  )
}
