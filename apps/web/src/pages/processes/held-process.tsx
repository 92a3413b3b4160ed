import type { SchedulerView } from '@strata/runtime'
import { Badge, Button, buttonClass, Facts, formatDuration, formatPlural, Notice, PageHead, showInvisible } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { trpc } from '../../api/client.ts'
import { useDestructiveAllowed } from '../../api/live-store.ts'
import { useMayNot } from '../../api/use-may.ts'
import { linkProcess, linkSchedulers } from '../../links.ts'
import { KillDialog } from './kill-dialog.tsx'
import { LOAD_WORDS } from './process-words.tsx'

const REFRESH_MS = 1000

/** A process whose scheduler is held, so that nobody there can be asked: what is known from outside, and the ways out. */
export function HeldProcess({ pid }: { pid: string }) {
  const schedulers = useQuery(trpc.schedulers.list.queryOptions(undefined, { refetchInterval: REFRESH_MS }))
  const scheduler = schedulers.data?.find(({ id }) => String(id) === pid.split('.', 1)[0])
  const load = scheduler?.status === 'holding' || scheduler?.status === 'stuck' ? scheduler.status : null
  const isHolder = scheduler?.pid === pid
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <PageHead
        title={<span className="font-mono">{showInvisible(pid).slice(0, 60)}</span>}
        actions={scheduler !== undefined && load !== null && <WaysOut scheduler={scheduler} load={isHolder ? load : null} />}
      >
        {isHolder && load !== null ? <Badge tone="bad">{load}</Badge> : <span>cannot answer</span>}
      </PageHead>
      {scheduler !== undefined && load !== null && <Held scheduler={scheduler} load={load} isHolder={isHolder} />}
      <p className="max-w-prose text-muted">
        What it pins, its queue and its links are unknown until its scheduler answers: this page shows them then, by itself.
      </p>
    </div>
  )
}

function Held({ scheduler, load, isHolder }: { scheduler: SchedulerView; load: 'holding' | 'stuck'; isHolder: boolean }) {
  const { id, pid, at, module, generation, heldMs, runQueue } = scheduler
  return (
    <>
      <Notice
        tone="bad"
        title={
          isHolder ? `This process is ${load}` : `Scheduler ${id} is ${load === 'stuck' ? 'stuck' : 'held'}: this process gets no turn`
        }
      >
        {LOAD_WORDS[load]}
      </Notice>
      <Facts
        facts={[
          {
            term: 'Has the scheduler',
            value:
              pid === null ? (
                'unknown'
              ) : isHolder ? (
                'this process'
              ) : (
                <Link to={linkProcess(pid)} className="font-mono underline underline-offset-2">
                  {pid}
                </Link>
              ),
          },
          { term: 'At', value: at === null ? 'one native call; no line is known' : <span className="font-mono">{showInvisible(at)}</span> },
          ...(module === null ? [] : [{ term: 'In', value: <span className="font-mono">{`${module}@${generation ?? '?'}`}</span> }]),
          { term: 'Since', value: formatDuration(heldMs) },
          { term: 'Wait behind it', value: runQueue === 0 ? 'nobody when its turn began' : formatPlural(runQueue, 'process', 'processes') },
        ]}
      />
    </>
  )
}

/** `load` of the process itself; `null` when another one has the scheduler. */
function WaysOut({ scheduler, load }: { scheduler: SchedulerView; load: 'holding' | 'stuck' | null }) {
  const { pid } = scheduler
  const [killing, setKilling] = useState(false)
  const { reason: stale } = useDestructiveAllowed()
  const mayNot = useMayNot('kill')
  return (
    <>
      <Link to={linkSchedulers({ restart: scheduler.id })} className={buttonClass()}>
        Restart scheduler {scheduler.id}…
      </Link>
      {load !== null && (
        <Button className="text-bad!" disabledReason={mayNot ?? stale} onClick={() => setKilling(true)}>
          Kill…
        </Button>
      )}
      {killing && pid !== null && (
        <KillDialog process={{ pid, function: scheduler.function, at: scheduler.at, load }} onClose={() => setKilling(false)} />
      )}
    </>
  )
}
