import { Badge, Button, Empty, Notice, RelativeTime, Section, showInvisible, Skeleton } from '@strata/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { queryClient, trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useMayNot } from '../../api/use-may.ts'
import { linkAct } from '../../links.ts'
import { PlanDialog } from '../../plans/plan-dialog.tsx'
import { useAddress } from '../../use-address.ts'
import { ReasonDialog } from '../modules/reason-dialog.tsx'
import { ApproveDialog } from './approve-dialog.tsx'

const readAgain = () => queryClient.invalidateQueries(trpc.approvals.list.queryFilter())

/** Who answers for an actor: a token's person, and the owner for who is at the machine. */
function personOf(actor: string): string {
  return actor === 'token' ? 'owner' : (actor.split('/', 1)[0] ?? actor)
}

/** Plans that wait for a second person, and acts that went past one. */
export function ApprovalsSection() {
  const approvals = useQuery(trpc.approvals.list.queryOptions())
  const who = useQuery(trpc.session.whoami.queryOptions())
  const [address, change] = useAddress()
  const [signing, setSigning] = useState<string | null>(null)
  const opened = address.get('plan')
  const open = (plan: string | null) => change({ plan })
  if (approvals.isPending || who.isPending) return <Skeleton className="h-48" />
  if (approvals.data === undefined || who.data === undefined) return <ErrorNotice error={approvals.error ?? who.error} />
  const { secondPerson, plans, breaks } = approvals.data
  const me = who.data.person
  const chosen = plans.find(({ id }) => id === opened)
  return (
    <>
      <SecondPerson on={secondPerson} />
      <Section
        title="Waiting for a second person"
        hint="The plan just as its maker sees it. Whoever approves it is another person; its maker executes it."
      >
        {plans.length === 0 ? (
          <Empty icon="check" title="Nothing waits">
            {secondPerson
              ? 'Whoever wants to purge by force asks here, and somebody else looks at the very plan.'
              : 'The second person is switched off: whoever may purge does so alone.'}
          </Empty>
        ) : (
          <ul className="flex flex-col gap-2">
            {plans.map((plan) => {
              const isMine = personOf(plan.owner) === me
              return (
                <li
                  key={plan.id}
                  className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-line bg-surface px-3 py-2"
                >
                  <div className="min-w-0 flex-1 basis-64">
                    <p>
                      <span className="font-mono">
                        {plan.verb} {plan.modules.map((name) => showInvisible(name)).join(', ')}
                        {plan.generations.map((number) => `@${number}`).join(', ')}
                      </span>{' '}
                      by {showInvisible(plan.owner)} <RelativeTime at={plan.approval.askedAt} />{' '}
                      {plan.approval.state === 'approved' && <Badge tone="good">approved by {showInvisible(plan.approval.by ?? '')}</Badge>}
                      {plan.approval.state === 'declined' && (
                        <Badge tone="warn">
                          refused by {showInvisible(plan.approval.by ?? '')}: {showInvisible(plan.approval.note)}
                        </Badge>
                      )}
                    </p>
                    {plan.approval.reason !== '' && <p className="text-[13px] text-muted">{showInvisible(plan.approval.reason)}</p>}
                  </div>
                  <Button onClick={() => open(plan.id)}>{isMine ? 'Open my plan…' : 'Look and approve…'}</Button>
                </li>
              )
            })}
          </ul>
        )}
      </Section>
      <Section title="Done without a second person" hint="Somebody else looks at the receipt afterwards, and signs.">
        {breaks.length === 0 ? (
          <Empty icon="lock" title="The glass is whole">
            Acts that could not wait stand here until somebody else has signed them, and afterwards too.
          </Empty>
        ) : (
          <ul className="flex flex-col gap-2">
            {breaks.map((one) => (
              <li key={one.act} className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-line bg-surface px-3 py-2">
                <div className="min-w-0 flex-1 basis-64">
                  <p>
                    <Link to={linkAct(one.act)} className="font-mono underline underline-offset-2">
                      {showInvisible(one.title)}
                    </Link>{' '}
                    by {showInvisible(one.actor)} <RelativeTime at={one.at} />{' '}
                    {one.signed === null ? (
                      <Badge tone="bad">not signed</Badge>
                    ) : (
                      <Badge tone="good">signed by {showInvisible(one.signed.by)}</Badge>
                    )}
                  </p>
                  <p className="text-[13px] text-muted">
                    {showInvisible(one.reason)}
                    {one.signed !== null && one.signed.note !== '' && <> · {showInvisible(one.signed.note)}</>}
                  </p>
                </div>
                {one.signed === null && (
                  <SignButton isMine={personOf(one.actor) === me} onSign={() => setSigning(one.act)} title={one.title} />
                )}
              </li>
            ))}
          </ul>
        )}
      </Section>
      {chosen !== undefined && personOf(chosen.owner) === me && (
        <PlanDialog
          existing={chosen.id}
          request={{ verb: 'purge', module: chosen.modules[0] ?? '' }}
          addressed
          onClose={() => open(null)}
        />
      )}
      {chosen !== undefined && personOf(chosen.owner) !== me && (
        <ApproveDialog id={chosen.id} owner={chosen.owner} onDone={readAgain} onClose={() => open(null)} />
      )}
      {signing !== null && <SignDialog act={signing} onClose={() => setSigning(null)} />}
    </>
  )
}

function SecondPerson({ on }: { on: boolean }) {
  const mayNot = useMayNot('settings')
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const close = () => {
    setAsking(false)
    setReason('')
  }
  const set = useMutation(
    trpc.settings.setSecondPerson.mutationOptions({
      onSuccess: async () => {
        close()
        await Promise.all([readAgain(), queryClient.invalidateQueries(trpc.settings.get.queryFilter())])
      },
    }),
  )
  return (
    <>
      <Notice
        tone={on ? 'good' : 'idle'}
        title={on ? 'A second person approves whatever purges by force' : 'Whoever may purge by force does so alone'}
        actions={
          <Button size="sm" disabledReason={mayNot} onClick={() => setAsking(true)}>
            {on ? 'Switch off…' : 'Ask for a second person…'}
          </Button>
        }
      >
        {on
          ? 'A force purge, and a load that purges, wait until somebody else has approved that same plan.'
          : 'With it, a force purge and a load that purges wait until somebody else has approved that same plan.'}
      </Notice>
      {asking && (
        <ReasonDialog
          title={on ? 'Purge alone again' : 'Ask for a second person'}
          description="It counts at once, for plans that are open too."
          reason={reason}
          onReason={setReason}
          reasonHint="Stands in Activity."
          reasonRequired
          confirm={on ? 'Switch it off' : 'Switch it on'}
          busy={set.isPending}
          error={set.error}
          command={`./strata settings second-person ${on ? 'off' : 'on'}`}
          onConfirm={() => set.mutate({ on: !on, reason: reason.trim() })}
          onClose={close}
        />
      )}
    </>
  )
}

function SignButton({ isMine, title, onSign }: { isMine: boolean; title: string; onSign: () => void }) {
  const mayNot = useMayNot('sign')
  return (
    <Button
      aria-label={`Sign ${showInvisible(title)}…`}
      disabledReason={mayNot ?? (isMine ? 'You did it: it takes somebody else' : undefined)}
      onClick={onSign}
    >
      Sign…
    </Button>
  )
}

function SignDialog({ act, onClose }: { act: string; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const sign = useMutation(
    trpc.approvals.sign.mutationOptions({
      onSuccess: async () => {
        onClose()
        await readAgain()
      },
    }),
  )
  return (
    <ReasonDialog
      title="Sign it"
      description="You say that you have looked at what was done without a second person. It changes nothing about it."
      reason={reason}
      onReason={setReason}
      reasonHint="What you make of it; stands in Activity."
      reasonRequired
      confirm="Sign it"
      busy={sign.isPending}
      error={sign.error}
      command={`./strata sign ${act}`}
      onConfirm={() => sign.mutate({ act, reason: reason.trim() })}
      onClose={onClose}
    />
  )
}
