import { Button, formatCount, Notice, OutsideText, Section } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import type { Outputs } from '../../api/client.ts'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useMayNot } from '../../api/use-may.ts'

type State = Outputs['processes']['state']

const NOT_SHOWN: Readonly<Record<Extract<State, { status: 'none' }>['why'], string>> = {
  raw_loop: 'A raw loop keeps its state in its own variables: nobody can see it from outside.',
  no_answer: 'It did not answer within a second: its queue is long, its turn lasts, or it has ended.',
  unreadable: 'Its state holds what cannot be copied, such as a function.',
  suspended: 'It is suspended and answers nothing: resume it first.',
}

/** What stands in a process, on request only: each look is told in the activity, and names of secrets are left out. */
export function ProcessInside({ pid }: { pid: string }) {
  const queue = useMutation(trpc.processes.queue.mutationOptions())
  const state = useMutation(trpc.processes.state.mutationOptions())
  const mayNot = { queue: useMayNot('queue'), state: useMayNot('state') }
  const asked = { pid, redact: [] }
  return (
    <Section
      title="Inside"
      hint="Shown on request; that you looked stands in the activity. What is named like a secret is left out."
      actions={
        <>
          <Button size="sm" busy={state.isPending} disabledReason={mayNot.state} onClick={() => state.mutate(asked)}>
            {state.data === undefined ? 'Show state' : 'Show state again'}
          </Button>
          <Button size="sm" busy={queue.isPending} disabledReason={mayNot.queue} onClick={() => queue.mutate(asked)}>
            {queue.data === undefined ? 'Show queue' : 'Show queue again'}
          </Button>
        </>
      }
    >
      <ErrorNotice error={state.error ?? queue.error} />
      <div role="status" className="flex min-w-0 flex-col gap-3">
        {state.data?.status === 'none' && <Notice tone="idle">{NOT_SHOWN[state.data.why]}</Notice>}
        {state.data?.status === 'shown' && <OutsideText label={`State, in generation ${state.data.generation}`} {...state.data.state} />}
        {queue.data?.total === 0 && <Notice tone="idle">The queue is empty.</Notice>}
        {queue.data !== undefined && queue.data.total > 0 && (
          <>
            {queue.data.messages.map((message, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a message is its place in the queue
              <OutsideText key={at} label={`Message ${at + 1} of ${formatCount(queue.data.total)}`} {...message} />
            ))}
          </>
        )}
      </div>
    </Section>
  )
}
