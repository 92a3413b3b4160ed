import type { ExitOutcome } from '@strata/runtime'
import { Button, CopyLine, Field, formatCount, formatPlural, Input, Notice, quoteShell, type Tone } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { refreshAll } from '../../api/live.ts'
import { useDestructiveAllowed } from '../../api/live-store.ts'
import { PlanDialog } from '../../plans/plan-dialog.tsx'
import type { PlanRequest } from '../../plans/plan-request.ts'
import { ActDialog } from '../../shell/act-dialog.tsx'

const REASON_LENGTH_MAX = 1_000

type Chosen = Pick<Extract<PlanRequest, { verb: 'exit' }>, 'pids' | 'matching'>

/** Asks with which reason, then ends one process by it, or plans for several. */
export function ExitDialog({ chosen, count, onClose }: { chosen: Chosen; count: number; onClose: () => void }) {
  const [exitReason, setExitReason] = useState('shutdown')
  const [why, setWhy] = useState('')
  const [planned, setPlanned] = useState(false)
  const { reason: stale } = useDestructiveAllowed()
  const exit = useMutation(trpc.processes.exit.mutationOptions({ onSuccess: () => refreshAll() }))
  const [pid = ''] = chosen.pids ?? []
  const one = chosen.pids?.length === 1
  if (planned) return <PlanDialog request={{ verb: 'exit', ...chosen, exitReason }} onClose={onClose} />
  const done = exit.data
  const problem = problemOf(exitReason)
  return (
    <ActDialog
      onClose={onClose}
      title={<>Exit {one ? pid : formatPlural(count, 'process', 'processes')}</>}
      description="Sends an exit signal: finally blocks run, and links and supervisors are told the reason. Who traps exits gets a message instead."
      footer={
        <>
          <Button onClick={onClose}>{done === undefined ? 'Cancel' : 'Close'}</Button>
          {done === undefined && (
            <Button
              variant="danger"
              busy={exit.isPending}
              disabledReason={problem ?? stale}
              onClick={() => (one ? exit.mutate({ pid, exitReason, reason: why.trim() }) : setPlanned(true))}
            >
              {one ? `Send exit to ${pid}` : `Plan for ${formatCount(count)}…`}
            </Button>
          )}
        </>
      }
    >
      {done === undefined ? (
        <>
          <Field label="Exit reason" hint="Told to links, monitors and supervisors." error={exitReason === '' ? undefined : problem}>
            {(control) => (
              <Input
                {...control}
                className="font-mono"
                value={exitReason}
                maxLength={REASON_LENGTH_MAX}
                onChange={(event) => setExitReason(event.target.value)}
              />
            )}
          </Field>
          {one && (
            <Field label="Why" hint="Stands in the activity.">
              {(control) => <Input {...control} value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />}
            </Field>
          )}
          {one && (
            <CopyLine
              label="The same from a terminal"
              command={`./strata exit ${pid} --with ${quoteShell(exitReason)}${why.trim() === '' ? '' : ` --reason ${quoteShell(why.trim())}`}`}
            />
          )}
        </>
      ) : (
        <Notice tone={OUTCOMES[done.status].tone} live="status" title={`${done.pid} ${OUTCOMES[done.status].text}`} />
      )}
      <ErrorNotice error={exit.error} />
    </ActDialog>
  )
}

const OUTCOMES: Readonly<Record<ExitOutcome['status'], { readonly tone: Tone; readonly text: string }>> = {
  ended: { tone: 'good', text: 'has ended' },
  exiting: { tone: 'warn', text: 'has the signal, and its finally blocks still run' },
  trapped: { tone: 'warn', text: 'traps exits: it got a message instead' },
  ignored: { tone: 'warn', text: 'goes on: "normal" ends nobody who does not trap it' },
  not_found: { tone: 'idle', text: 'had ended by itself before' },
}

function problemOf(exitReason: string): string | undefined {
  if (exitReason === '') return 'Give a reason first'
  return exitReason === 'kill' ? 'Nobody could trap "kill": use Kill instead' : undefined
}
