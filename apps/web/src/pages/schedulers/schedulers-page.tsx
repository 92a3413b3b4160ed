import type { SchedulerView } from '@strata/runtime'
import {
  Button,
  Card,
  Facts,
  formatBytes,
  formatCount,
  formatDuration,
  formatPlural,
  Notice,
  PageHead,
  Skeleton,
  showInvisible,
} from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useDestructiveAllowed, useLive } from '../../api/live-store.ts'
import { useMayNot } from '../../api/use-may.ts'
import { linkModule, linkProcess } from '../../links.ts'
import { PlanDialog } from '../../plans/plan-dialog.tsx'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { LOAD_WORDS } from '../processes/process-words.tsx'
import { Meter } from './meter.tsx'
import { SchedulerState } from './scheduler-state.tsx'

const REFRESH_MS = 1000
/** One process may fill so much of a scheduler's memory before it is ended (KILL5). */
const HEAP_WARN_SHARE = 0.4

/** What each scheduler does right now, and the way out when one process has it and does not let go. */
export function SchedulersPage() {
  usePageTitle('Schedulers')
  const [search, setSearch] = useSearchParams()
  const paused = useLive((state) => state.pausedAtMs !== null)
  const schedulers = useQuery(trpc.schedulers.list.queryOptions(undefined, { refetchInterval: paused ? false : REFRESH_MS }))
  const asked = schedulers.data?.find(({ id }) => String(id) === search.get('restart'))
  const ask = (id: number | null) => setSearch(id === null ? {} : { restart: String(id) }, { replace: id === null })
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <PageHead title="Schedulers">
        A thread each, one for each core unless the system says otherwise. Each runs its processes one turn at a time: while one holds it,
        nobody else there runs, and the other schedulers go on.
      </PageHead>
      <ErrorNotice error={schedulers.error} retry={() => void schedulers.refetch()} />
      {schedulers.isPending && <Skeleton className="h-48" />}
      <div className="grid gap-5 xl:grid-cols-2">
        {schedulers.data?.map((scheduler) => (
          <SchedulerCard key={scheduler.id} scheduler={scheduler} onRestart={() => ask(scheduler.id)} />
        ))}
      </div>
      {asked !== undefined && (
        <PlanDialog addressed request={{ verb: 'restart-scheduler', scheduler: asked.id }} onClose={() => ask(null)} />
      )}
    </div>
  )
}

function SchedulerCard({ scheduler, onRestart }: { scheduler: SchedulerView; onRestart: () => void }) {
  const { id, status, utilisation, runQueue, processes, heapBytes, heapLimitBytes, heldMs, pid } = scheduler
  const { reason: stale } = useDestructiveAllowed()
  const mayNot = useMayNot('restart-scheduler')
  const load = status === 'holding' || status === 'stuck' ? status : null
  const heapShare = heapLimitBytes === 0 ? 0 : heapBytes / heapLimitBytes
  return (
    <section aria-labelledby={`scheduler-${id}`}>
      <Card className="flex flex-col gap-4 p-4">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <h2 id={`scheduler-${id}`} className="text-[15px] font-semibold">
              Scheduler {id}
            </h2>
            <SchedulerState status={status} />
          </div>
          <Button className={load === null ? '' : 'text-bad!'} disabledReason={mayNot ?? stale} onClick={onRestart}>
            Restart…
          </Button>
        </div>
        {load !== null && (
          <Notice
            tone="bad"
            title={`${pid ?? 'A process'} ${load === 'stuck' ? 'has been stuck' : 'has held it'} for ${formatDuration(heldMs)}`}
          >
            {LOAD_WORDS[load]}{' '}
            {runQueue === 0
              ? 'Nobody waited behind it when its turn began.'
              : `${formatPlural(runQueue, 'process waits', 'processes wait')} behind it.`}
          </Notice>
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          <Meter
            label="Use, last second"
            share={utilisation}
            text={`${Math.round(utilisation * 100)} %`}
            tone={load === null ? 'accent' : 'bad'}
          />
          <Meter
            label="Heap, with buffers"
            share={heapShare}
            text={`${formatBytes(heapBytes)} of ${formatBytes(heapLimitBytes)}`}
            tone={heapShare >= HEAP_WARN_SHARE ? 'warn' : 'accent'}
          />
        </div>
        <Facts
          facts={[
            { term: 'Executes now', value: <Executes scheduler={scheduler} /> },
            { term: 'Run queue', value: runQueue === 0 ? 'empty' : formatPlural(runQueue, 'process', 'processes') },
            { term: 'Processes', value: formatCount(processes) },
          ]}
        />
      </Card>
    </section>
  )
}

function Executes({ scheduler: { pid, module, generation, function: name, at } }: { scheduler: SchedulerView }) {
  if (pid === null) return <span className="text-muted">nobody</span>
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2 font-mono text-[13px]">
      <Link to={linkProcess(pid)} className="inline-flex min-h-6 items-center phone:min-h-11 underline underline-offset-2">
        {pid}
      </Link>
      {module !== null && generation !== null && (
        <Link to={linkModule(module, { generation })} className="underline underline-offset-2">
          {module}@{generation}
        </Link>
      )}
      {name !== null && <span>{showInvisible(name)}</span>}
      {at !== null && <span className="text-muted">{showInvisible(at)}</span>}
    </span>
  )
}
