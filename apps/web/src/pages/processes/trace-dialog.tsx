import { Button, CopyLine, Field, formatPlural, Input, quoteShell } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Inputs } from '../../api/client.ts'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { refreshAll } from '../../api/live.ts'
import { ActDialog } from '../../shell/act-dialog.tsx'
import type { Trace } from './use-trace.ts'

const MESSAGES_MAX = 1_000
const SECONDS_MAX = 60

/** Asks how much at most, then begins to look at what the chosen processes get and send. */
export function TraceDialog({
  chosen,
  count,
  onBegun,
  onClose,
}: {
  chosen: Inputs['traces']['begin']['targets']
  count: number
  onBegun: (trace: Trace) => void
  onClose: () => void
}) {
  const [messages, setMessages] = useState('200')
  const [seconds, setSeconds] = useState('30')
  const [redact, setRedact] = useState('')
  const [why, setWhy] = useState('')
  const begin = useMutation(
    trpc.traces.begin.mutationOptions({
      onSuccess: (trace) => {
        void refreshAll()
        onBegun(trace)
      },
    }),
  )
  const problems = { messages: problemOf(messages, MESSAGES_MAX), seconds: problemOf(seconds, SECONDS_MAX) }
  const names = redact
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const pids = 'pids' in chosen ? chosen.pids : []
  return (
    <ActDialog
      onClose={onClose}
      title={<>Trace {pids.length === 1 ? pids[0] : formatPlural(count, 'process', 'processes')}</>}
      description="Shows messages, answers and exit signals from now on. Nothing is slowed; it ends by itself. That you looked stands in the activity."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            busy={begin.isPending}
            disabledReason={problems.messages ?? problems.seconds}
            onClick={() =>
              begin.mutate({
                targets: chosen,
                messages: Number(messages),
                forMs: Number(seconds) * 1_000,
                redact: names,
                reason: why.trim(),
              })
            }
          >
            Trace
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-2 gap-3">
        <Field label="Messages at most" error={problems.messages}>
          {(control) => (
            <Input {...control} inputMode="numeric" value={messages} onChange={(event) => setMessages(event.target.value.trim())} />
          )}
        </Field>
        <Field label="Seconds at most" error={problems.seconds}>
          {(control) => (
            <Input {...control} inputMode="numeric" value={seconds} onChange={(event) => setSeconds(event.target.value.trim())} />
          )}
        </Field>
      </div>
      <Field label="Leave out" hint="Names of keys, comma separated. What is named like a secret is left out anyway.">
        {(control) => (
          <Input {...control} className="font-mono" value={redact} maxLength={500} onChange={(event) => setRedact(event.target.value)} />
        )}
      </Field>
      <Field label="Why" hint="Stands in the activity.">
        {(control) => <Input {...control} value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />}
      </Field>
      {pids.length > 0 && problems.messages === undefined && problems.seconds === undefined && (
        <CopyLine
          label="The same from a terminal"
          command={`./strata trace ${pids.join(' ')} --messages ${messages} --for ${seconds}s${names.length === 0 ? '' : ` --redact ${quoteShell(names.join(','))}`}`}
        />
      )}
      <ErrorNotice error={begin.error} />
    </ActDialog>
  )
}

function problemOf(text: string, max: number): string | undefined {
  return /^[1-9]\d{0,5}$/.test(text) && Number(text) <= max ? undefined : `A whole number from 1 to ${max}`
}
