import type { MoveFailure, MoveSkip, MovePlan } from '@strata/runtime'
import { describeNotMoved } from '@strata/runtime/vocabulary'
import { Badge, Button, Notice, Section, showInvisible, Skeleton } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import type { Outputs } from '../api/client.ts'
import { trpc } from '../api/client.ts'
import { ErrorNotice } from '../api/error-notice.tsx'
import { VictimsTable } from './victims-table.tsx'

const TextDifference = lazy(async () => ({ default: (await import('../editor/text-difference.tsx')).TextDifference }))

const HOW = { code_change: 'codeChange', init: 'init', upgrade: 'upgrade message' } as const

/** Who moves and how, and on request what would become of the first one's state. */
export function MoveBody({ plan, total }: { plan: MovePlan; total: number }) {
  const targets = new Map(plan.targets.map((target) => [target.pid, target]))
  const [first] = plan.targets.filter(({ how }) => how === 'code_change' || how === 'init')
  return (
    <>
      <VictimsTable
        label="Processes to move"
        victims={plan.targets}
        total={total}
        verdict={{
          head: 'How',
          of: ({ pid }) => {
            const target = targets.get(pid)
            if (target === undefined) return null
            if (target.how === 'cannot')
              return <Badge tone="warn">stays: {describeNotMoved({ code: target.obstacle ?? 'not_started' })}</Badge>
            return (
              <Badge tone="good">
                {HOW[target.how]}, {target.from} → {target.to}
              </Badge>
            )
          },
        }}
      />
      {first !== undefined && <Trial pid={first.pid} to={first.to} how={first.how === 'init' ? 'init' : 'codeChange'} />}
    </>
  )
}

/** The process is what it was. */
function Trial({ pid, to, how }: { pid: string; to: number | null; how: 'codeChange' | 'init' }) {
  const trial = useMutation(trpc.processes.tryMove.mutationOptions())
  return (
    <Section
      title="Try on a copy"
      hint={`Runs ${how} on a copy of the state of ${pid}. Nothing changes; that you looked stands in the activity.`}
      actions={
        <Button size="sm" busy={trial.isPending} onClick={() => trial.mutate({ pid, ...(to === null ? {} : { to }) })}>
          Try {pid}
        </Button>
      }
    >
      <ErrorNotice error={trial.error} />
      {trial.data !== undefined && <TrialResult trial={trial.data} />}
    </Section>
  )
}

function TrialResult({ trial }: { trial: Outputs['processes']['tryMove'] }) {
  if (trial.status !== 'would_move')
    return (
      <Notice tone="bad" live="status" title="It would not move">
        {showInvisible(describeNotMoved(trial.why as MoveFailure | MoveSkip))}
      </Notice>
    )
  const { before, after, from, to } = trial
  return (
    <div role="status">
      <Suspense fallback={<Skeleton className="h-48" />}>
        <TextDifference
          before={before.text}
          after={after.text}
          beforeLabel={`state in generation ${from}`}
          afterLabel={`state in generation ${to}`}
          language="text"
        />
      </Suspense>
    </div>
  )
}
