import type { PlanView } from '@strata/server'
import { Button, Checkbox, CopyLine, Notice, RelativeTime, showInvisible } from '@strata/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { trpc } from '../api/client.ts'
import { ErrorNotice } from '../api/error-notice.tsx'
import { useMayNot } from '../api/use-may.ts'

interface PlanApprovalProps {
  readonly view: PlanView
  readonly reason: string
  readonly breaksGlass: boolean
  readonly onBreakGlass: (breaks: boolean) => void
  readonly onView: (view: PlanView) => void
}

/** What a second person says of this plan, how to ask for it, and how to go past it. */
export function PlanApproval({ view, reason, breaksGlass, onBreakGlass, onView }: PlanApprovalProps) {
  const { approval } = view
  const ask = useMutation(trpc.approvals.ask.mutationOptions({ onSuccess: onView }))
  const mayNot = useMayNot('approvals')
  const approvals = useQuery(trpc.approvals.list.queryOptions(undefined, { enabled: approval?.state === 'asked' }))
  const seen = approvals.data?.plans.find(({ id }) => id === view.id)
  useEffect(() => {
    // What was read before it was asked again is of the former asking.
    if (approval?.state !== 'asked' || seen?.approval.askedAt !== approval.askedAt || seen.approval.state === 'asked') return
    onView({ ...view, approval: seen.approval, expiresAt: seen.expiresAt })
  }, [seen, view, approval, onView])

  if (approval?.state === 'approved')
    return (
      <Notice tone="good" live="status" title={`${showInvisible(approval.by ?? '')} has approved this plan`}>
        {approval.note === '' ? 'It can be executed now.' : showInvisible(approval.note)}
      </Notice>
    )
  const isAsked = approval?.state === 'asked'
  return (
    <Notice
      tone="warn"
      live="status"
      title={
        approval === null
          ? 'A second person has to approve this plan first'
          : isAsked
            ? 'Waiting for a second person'
            : `${showInvisible(approval.by ?? '')} refused to approve this plan`
      }
      actions={
        !isAsked && (
          <Button
            size="sm"
            busy={ask.isPending}
            disabledReason={mayNot ?? (reason === '' ? 'Give a reason first: whoever is asked reads it' : undefined)}
            onClick={() => ask.mutate({ id: view.id, reason })}
          >
            {approval === null ? 'Ask for approval' : 'Ask again'}
          </Button>
        )
      }
    >
      {approval?.state === 'declined' && <p className="mb-2">{showInvisible(approval.note)}</p>}
      {!isAsked ? (
        'It then lives for 30 minutes, and anybody else who may do this can approve it, under Settings, Approvals.'
      ) : (
        <>
          Asked <RelativeTime at={approval.askedAt} />. You may close this: it stands under Settings, Approvals, and can be executed there.
          <CopyLine className="mt-2" label="Whoever is asked can do it from a terminal" command={`./strata approve ${view.id}`} />
        </>
      )}
      <ErrorNotice error={ask.error} />
      <Checkbox checked={breaksGlass} className="mt-2" onChange={(event) => onBreakGlass(event.target.checked)}>
        <span>
          It cannot wait: do it without a second person
          <span className="block text-xs text-muted">Everybody is told, and somebody else has to sign it afterwards.</span>
        </span>
      </Checkbox>
    </Notice>
  )
}
