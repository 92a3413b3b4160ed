import type { ActView } from '@strata/server'
import { Button, Notice, nowMs, useNow } from '@strata/ui'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { type Outputs, trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useMayNot } from '../../api/use-may.ts'
import { useLiesUnderPointer } from '../../plans/apart-from-pointer.ts'

const SECOND_MS = 1_000

/** What can still be done with an act that has not ended: take it back, do not wait, begin no further part. */
export function ActControls({ act }: { act: ActView }) {
  if (act.status === 'delayed') return <Delayed act={act} />
  if (act.status === 'running' && act.stop !== null) return <Stoppable act={act} />
  return null
}

/** The seconds in which a kill can be taken back. The server counts them: here they are only shown. */
function Delayed({ act }: { act: ActView }) {
  const show = useShownAct()
  const cancel = useMutation(trpc.acts.cancel.mutationOptions({ onSuccess: show }))
  const now = useMutation(trpc.acts.now.mutationOptions({ onSuccess: show }))
  const mayNot = useMayNot(act.verb)
  const leftMs = useLeftMs(act)
  const takeBack = useRef<HTMLButtonElement>(null)
  const hurry = useRef<HTMLButtonElement>(null)
  const swapped = useLiesUnderPointer(hurry, true)
  useEffect(() => takeBack.current?.focus({ preventScroll: true }), [])
  return (
    <Notice
      tone="warn"
      title={
        <>
          {act.title} begins{' '}
          <span role="timer" className="tabular-nums">
            in {Math.ceil(leftMs / SECOND_MS)} s
          </span>
        </>
      }
      actions={
        <div className={swapped ? 'flex flex-row-reverse gap-2' : 'flex gap-2'}>
          <Button ref={takeBack} busy={cancel.isPending} disabledReason={mayNot} onClick={() => cancel.mutate({ id: act.id })}>
            Cancel
          </Button>
          <Button ref={hurry} variant="danger" busy={now.isPending} disabledReason={mayNot} onClick={() => now.mutate({ id: act.id })}>
            Now
          </Button>
        </div>
      }
    >
      Until then nothing has happened. It begins by itself, also when this page is closed.
      <ErrorNotice error={cancel.error ?? now.error} />
    </Notice>
  )
}

function Stoppable({ act }: { act: ActView }) {
  const show = useShownAct()
  const stop = useMutation(trpc.acts.stop.mutationOptions({ onSuccess: show }))
  const mayNot = useMayNot(act.verb)
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button
        busy={stop.isPending}
        disabledReason={mayNot ?? (act.stop === 'asked' ? 'It ends with the part that is under way' : undefined)}
        onClick={() => stop.mutate({ id: act.id })}
      >
        Stop
      </Button>
      <p className="text-[13px] text-muted">Those who are asked already are finished with; nobody else is touched.</p>
      <ErrorNotice error={stop.error} />
    </div>
  )
}

/** Puts an act as it is now where the page reads it. */
function useShownAct(): (act: Outputs['acts']['get']) => void {
  const queries = useQueryClient()
  return (act) => queries.setQueryData(trpc.acts.get.queryKey({ id: act.id }), act)
}

/** From the first look on by what has passed since: so does the server count, whatever its clock or the browser's is set to meanwhile. */
function useLeftMs({ startedAt, startsAt }: ActView): number {
  useNow()
  const [seen] = useState(() => {
    const endMs = startsAt === null ? 0 : Date.parse(startsAt)
    return { leftMs: Math.min(endMs - Date.parse(startedAt), endMs - nowMs()), atMs: performance.now() }
  })
  return Math.max(0, seen.leftMs - (performance.now() - seen.atMs))
}
