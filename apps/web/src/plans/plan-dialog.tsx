import type { PlanView } from '@strata/server'
import { Button, buttonClass, Checkbox, CopyLine, FaultNotice, Field, Input, Skeleton } from '@strata/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { client, trpc } from '../api/client.ts'
import { ErrorNotice } from '../api/error-notice.tsx'
import { readFault } from '../api/fault.ts'
import { useDestructiveAllowed } from '../api/live-store.ts'
import { linkAct } from '../links.ts'
import { ActDialog } from '../shell/act-dialog.tsx'
import { StoppedBanner } from '../shell/live-state.tsx'
import { useLiesUnderPointer } from './apart-from-pointer.ts'
import { markPurged } from './mark-purged.ts'
import { PlanApproval } from './plan-approval.tsx'
import { PlanBody } from './plan-body.tsx'
import { type Changed, PlanChanges } from './plan-changes.tsx'
import { PlanExpiry } from './plan-expiry.tsx'
import type { PlanRequest } from './plan-request.ts'
import { commandLine, confirmationPhrase, confirmLabel, isGentle, planSentence, planTitle, waitsFirst } from './plan-words.ts'

interface PlanDialogProps {
  readonly request: PlanRequest
  /** The address asks for this dialog: its receipt takes the place of that address, so that Back does not ask again. */
  readonly addressed?: boolean
  /** Shows this plan, which was made before, instead of making one. */
  readonly existing?: string
  /** Why it would be refused whatever the plan says: somebody else holds the module. */
  readonly held?: string | undefined
  readonly onClose: () => void
}

/** Shows what an act would do, exactly, and executes that and nothing else. Success leads to the receipt. */
export function PlanDialog({ request, addressed = false, existing, held, onClose }: PlanDialogProps) {
  const navigate = useNavigate()
  const [view, setView] = useState<PlanView | null>(null)
  const [changed, setChanged] = useState<Changed | null>(null)
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const [markBad, setMarkBad] = useState(false)
  const [breaksGlass, setBreaksGlass] = useState(false)
  const cancel = useRef<HTMLButtonElement>(null)
  const confirm = useRef<HTMLButtonElement>(null)
  const asked = useRef(false)

  const show = (next: PlanView) => {
    setView(next)
    setTyped('')
  }
  const make = useMutation(trpc.plans.make.mutationOptions({ onSuccess: show }))
  const find = useMutation({ mutationFn: (id: string) => client.plans.get.query({ id }), onSuccess: show })
  const renew = useMutation(
    trpc.plans.renew.mutationOptions({
      onSuccess: ({ plan, changes, gone }) => {
        show(plan)
        setChanged(changes.length + gone.length === 0 ? null : { changes, gone, cause: 'renewed' })
      },
    }),
  )
  const execute = useMutation(
    trpc.plans.execute.mutationOptions({
      onSuccess: async (act) => {
        const removed = markBad && act.outcome?.verb === 'purge' ? act.outcome.generations : []
        const markedPurged = removed.length === 0 ? null : await markPurged(act.modules[0] ?? '', removed, reason.trim())
        await navigate(linkAct(act.id), { replace: addressed, state: { markedPurged } })
      },
      onError: (error) => {
        const fault = readFault(error)
        if (fault?.code !== 'changed_meanwhile') return
        setChanged({ changes: fault.changes, gone: [], cause: fault.plan === null ? 'over' : 'refused' })
        if (fault.plan !== null) show(fault.plan)
        cancel.current?.focus()
      },
    }),
  )

  useEffect(() => {
    // Development renders effects twice; a plan is made once.
    if (asked.current) return
    asked.current = true
    if (existing === undefined) make.mutate(request)
    else find.mutate(existing)
  }, [make, find, request, existing])

  const swapped = useLiesUnderPointer(confirm, view !== null)
  const phrase = view === null ? null : confirmationPhrase(view)
  const refusal = execute.error !== null && readFault(execute.error)?.code !== 'changed_meanwhile' ? execute.error : null
  const blockedBy = useBlocked(view, phrase, typed)
  const secondPerson = useSecondPerson(view, request)
  const unapproved =
    secondPerson && view?.approval?.state !== 'approved' && !breaksGlass ? 'A second person has to approve it first' : undefined
  const mute = breaksGlass && reason.trim() === '' ? 'Say why it cannot wait: everybody reads it' : undefined
  const failed = make.error ?? find.error
  const blocked =
    held ??
    unapproved ??
    mute ??
    blockedBy ??
    (markBad && reason.trim() === '' ? 'Give a reason first: it stands beside the mark' : undefined)

  return (
    <ActDialog
      onClose={onClose}
      title={view !== null ? planTitle(view) : failed !== null ? 'No plan' : 'Making the plan'}
      width="lg"
      description={view !== null ? planSentence(view) : failed !== null ? 'Nothing was done.' : 'The server looks who would be touched.'}
      initialFocus={cancel}
      footer={
        <div className={`flex w-full flex-wrap items-center justify-between gap-2 ${swapped ? 'flex-row-reverse' : ''}`}>
          <div className="flex flex-wrap gap-2">
            {view !== null && (
              <Button
                ref={confirm}
                variant={isGentle(view.plan) ? 'primary' : 'danger'}
                busy={execute.isPending}
                disabledReason={blocked}
                onClick={() => {
                  setChanged(null)
                  execute.mutate({ id: view.id, reason: reason.trim(), breaksGlass: secondPerson && breaksGlass, soon: waitsFirst(view) })
                }}
              >
                {confirmLabel(view)}
              </Button>
            )}
          </div>
          {/* On a phone the time stands above both buttons. */}
          <div className="flex flex-wrap items-center gap-3 max-sm:contents">
            {view !== null && (
              <PlanExpiry expiresAt={view.expiresAt} renewing={renew.isPending} onRenew={() => renew.mutate({ id: view.id })} />
            )}
            <Button ref={cancel} onClick={onClose}>
              {failed === null ? 'Cancel' : 'Close'}
            </Button>
          </div>
        </div>
      }
    >
      <StoppedBanner />
      {(make.isPending || find.isPending) && <Skeleton className="h-40" />}
      {failed !== null && <PlanRefused request={request} error={failed} />}
      {changed !== null && <PlanChanges {...changed} />}
      <ErrorNotice
        error={refusal ?? renew.error}
        actions={
          // Nobody answered: it may have begun, and then its receipt stands under the plan's id.
          view !== null &&
          refusal !== null &&
          readFault(refusal) === null && (
            <Link to={linkAct(view.id)} className={buttonClass({ size: 'sm' })}>
              Its receipt, if it began
            </Link>
          )
        }
      />
      {view !== null && (
        <>
          <PlanBody plan={view.plan} counts={view.counts} />
          <div className="grid gap-3 sm:grid-cols-2">
            {phrase !== null && (
              <Field label={`Type ${phrase} to confirm`}>
                {(control) => <Input {...control} value={typed} onChange={(event) => setTyped(event.target.value)} className="font-mono" />}
              </Field>
            )}
            <Field label="Reason" hint="Stands in the activity and in the receipt.">
              {(control) => <Input {...control} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />}
            </Field>
          </div>
          {view.plan.verb === 'purge' && (
            <Checkbox checked={markBad} onChange={(event) => setMarkBad(event.target.checked)}>
              <span>
                Mark its content bad once it is purged
                <span className="block text-xs text-muted">Every later load of it is refused, until somebody lifts the mark.</span>
              </span>
            </Checkbox>
          )}
          {secondPerson && (
            <PlanApproval view={view} reason={reason.trim()} breaksGlass={breaksGlass} onBreakGlass={setBreaksGlass} onView={setView} />
          )}
          <CopyLine
            label={waitsFirst(view) ? 'The same at once, from a terminal' : 'The same from a terminal'}
            command={commandLine(view, reason.trim(), markBad)}
          />
        </>
      )}
    </ActDialog>
  )
}

/** Whether somebody else has to approve it: it purges by force, and the setting asks for that. */
function useSecondPerson(view: PlanView | null, request: PlanRequest): boolean {
  const settings = useQuery(trpc.settings.get.queryOptions())
  if (view === null || settings.data?.secondPerson !== true) return false
  return (
    view.approval !== null ||
    view.plan.verb === 'purge' ||
    (view.plan.verb === 'load' && request.verb === 'load' && request.old === 'purge')
  )
}

/** Why the plan cannot be executed now, if so. */
function useBlocked(view: PlanView | null, phrase: string | null, typed: string): string | undefined {
  const { reason } = useDestructiveAllowed()
  if (view === null) return undefined
  if (phrase !== null && typed.trim() !== phrase) return `Type ${phrase} in the field first`
  return reason
}

/** Why there is no plan. What stands in the way of a load is worded for loads; a delete has another way out. */
function PlanRefused({ request, error }: { request: PlanRequest; error: unknown }) {
  const fault = readFault(error)
  if (request.verb !== 'delete' || fault?.code !== 'not_purged') return <ErrorNotice error={error} />
  const names = fault.generations.map(({ number }) => `${fault.module}@${number}`).join(', ')
  return (
    <FaultNotice
      sentence={`Refused: ${names} ${fault.generations.length === 1 ? 'is' : 'are'} still loaded. Purge what is old first, then delete.`}
    />
  )
}
