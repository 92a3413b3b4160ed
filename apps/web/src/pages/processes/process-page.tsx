import type { ProcessDetail } from '@strata/runtime'
import { buttonClass, Empty, Notice, PageHead, showInvisible, Skeleton, truncate } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { readFault } from '../../api/fault.ts'
import { useLive } from '../../api/live-store.ts'
import { linkActivity, linkActs, linkModule, linkProcesses, linkSchedulers } from '../../links.ts'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { HeldProcess } from './held-process.tsx'
import { PredecessorNotice } from './predecessor-notice.tsx'
import { ProcessActs } from './process-acts.tsx'
import { ProcessFacts } from './process-facts.tsx'
import { ProcessInside } from './process-inside.tsx'
import { ProcessPins } from './process-pins.tsx'
import { ProcessPreview } from './process-preview.tsx'
import { ProcessStack } from './process-stack.tsx'
import { ProcessTrace } from './process-trace.tsx'
import { Doing, LOAD_WORDS, ProcessState } from './process-words.tsx'
import { WaitingBehind } from './waiting-behind.tsx'

const REFRESH_MS = 1000
const PID_SHOWN_MAX = 60

/** One process: what it does, why it holds what it holds, what it answers. */
export function ProcessPage() {
  const pid = useParams()['pid'] ?? ''
  usePageTitle(pid)
  return <Asked key={pid} pid={pid} />
}

function Asked({ pid }: { pid: string }) {
  const paused = useLive((state) => state.pausedAtMs !== null)
  const process = useQuery(
    trpc.processes.get.queryOptions(
      { pid },
      { refetchInterval: (query) => (paused || isOver(query.state.error) ? false : REFRESH_MS), staleTime: 0 },
    ),
  )
  // A question that was refused is asked again each second: what it said last stands until the next answer.
  const [refused, setRefused] = useState<unknown>(null)
  if (process.error !== null && process.error !== refused) setRefused(process.error)
  const error = process.error ?? (process.data === undefined ? refused : null)
  const fault = readFault(error)
  const ended = fault?.code === 'unknown_pid'
  if (process.data === undefined && error === null) return <Skeleton className="h-96" />
  if (process.data === undefined && fault?.code === 'scheduler_held') return <HeldProcess pid={pid} />
  if (process.data === undefined)
    return ended ? <NeverSeen pid={pid} /> : <ErrorNotice error={error} retry={() => void process.refetch()} />
  return <ProcessView process={process.data} ended={ended} error={ended ? null : error} retry={() => void process.refetch()} />
}

/** What a later question would not change; a scheduler that is held lets go, or is restarted. */
function isOver(error: unknown): boolean {
  return error !== null && readFault(error)?.code !== 'scheduler_held'
}

function ProcessView({ process, ended, error, retry }: { process: ProcessDetail; ended: boolean; error: unknown; retry: () => void }) {
  const { module, generation } = process
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <PageHead
        title={
          <span className="inline-flex flex-wrap items-baseline gap-x-3">
            <span className="font-mono">{process.pid}</span>
            {process.name !== null && <span className="font-normal text-muted">{showInvisible(process.name)}</span>}
          </span>
        }
        actions={<ProcessActs process={process} ended={ended} />}
      >
        <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
          {ended ? <span>ended</span> : <ProcessState row={process} />}
          {module !== null && (
            <Link
              to={linkModule(module, generation === null ? {} : { generation })}
              className="inline-flex min-h-6 items-center phone:min-h-11 font-mono text-text underline underline-offset-2"
            >
              {generation === null ? module : `${module}@${generation}`}
            </Link>
          )}
          {process.function === null && process.behaviour !== null && <Doing row={process} />}
          {process.function !== null && (
            <span className="font-mono text-[13px]">
              {process.function} at {process.at}
            </span>
          )}
        </span>
      </PageHead>
      <ErrorNotice error={error} retry={retry} />
      {ended && <EndedNotice pid={process.pid} />}
      {!ended && <PredecessorNotice pid={process.pid} />}
      {!ended && process.status === 'suspended' && (
        <Notice tone="warn" title="This process is suspended">
          It gets no turns, its queue grows and deadlines run, until somebody resumes it.
        </Notice>
      )}
      {!ended && process.status === 'slowed' && (
        <Notice tone="warn" title="This process is slowed">
          It has sent to another scheduler more than is taken there, and gets no turn until there is room. Whoever calls it waits, too.
          <Link to={linkSchedulers()} className="ml-1 underline underline-offset-2">
            Schedulers
          </Link>
        </Notice>
      )}
      {!ended && process.load !== null && (
        <Notice tone={process.load === 'busy' ? 'warn' : 'bad'} title={`This process is ${process.load}`}>
          {LOAD_WORDS[process.load]} <WaitingBehind pid={process.pid} />
          {process.load === 'stuck' && (
            <Link to={linkSchedulers()} className="ml-1 underline underline-offset-2">
              Schedulers
            </Link>
          )}
        </Notice>
      )}
      <div className="grid min-w-0 gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-6">
          <ProcessPins pins={process.pins} ended={ended} />
          <ProcessStack
            stack={process.stack}
            behaviour={process.behaviour}
            held={!ended && (process.load === 'holding' || process.load === 'stuck')}
          />
        </div>
        <ProcessFacts process={process} />
      </div>
      {!ended && <ProcessInside key={process.pid} pid={process.pid} />}
      <ProcessTrace key={`trace ${process.pid}`} pid={process.pid} ended={ended} />
      {process.canPreview && !ended && <ProcessPreview pid={process.pid} place={`${module}@${generation}`} />}
    </div>
  )
}

function EndedNotice({ pid }: { pid: string }) {
  return (
    <Notice
      tone="idle"
      live="status"
      title={`${pid} has ended`}
      actions={
        <>
          <Link to={linkActivity()} className={buttonClass({ size: 'sm' })}>
            What happened
          </Link>
          <Link to={linkProcesses()} className={buttonClass({ size: 'sm' })}>
            Processes
          </Link>
        </>
      }
    >
      Below is what was known of it last.
    </Notice>
  )
}

function NeverSeen({ pid }: { pid: string }) {
  const shown = truncate(showInvisible(pid), PID_SHOWN_MAX)
  const isPid = /^\d+\.\d+$/.test(pid)
  return (
    <div className="flex flex-col gap-5">
      <PageHead title={<span className="font-mono wrap-anywhere">{shown}</span>} />
      <Empty
        icon="process"
        title={<span className="wrap-anywhere">{isPid ? `${shown} has ended, or never was` : `${shown} is no pid`}</span>}
        actions={
          isPid ? (
            <>
              <Link to={linkProcesses()} className={buttonClass({ variant: 'primary' })}>
                Open the processes
              </Link>
              <Link to={linkActivity()} className={buttonClass()}>
                Open the activity
              </Link>
              <Link to={linkActs()} className={buttonClass()}>
                Acts and receipts
              </Link>
            </>
          ) : (
            <Link to={linkProcesses({ search: pid })} className={buttonClass({ variant: 'primary' })}>
              Look for it among the processes
            </Link>
          )
        }
      >
        {isPid
          ? 'Pids are never used twice. If an act ended it, its receipt keeps what was known: function and line, pins, queue, age.'
          : 'A pid has two numbers, as 1.2041: of the scheduler, and of the process on it. Names are found by the search.'}
      </Empty>
    </div>
  )
}
