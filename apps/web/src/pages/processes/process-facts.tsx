import type { ProcessDetail } from '@strata/runtime'
import { isHostPid } from '@strata/runtime/vocabulary'
import { Card, Facts, formatCount, formatPlural, RelativeTime, Section, showInvisible } from '@strata/ui'
import { Link } from 'react-router'
import { linkProcess, linkSupervisors } from '../../links.ts'

/** More pids than this are counted. */
const PIDS_SHOWN_MAX = 50

/** What a process is, whom it is tied to, and how much waits for it. */
export function ProcessFacts({ process }: { process: ProcessDetail }) {
  return (
    <Section title="Facts">
      <Card className="p-4">
        <Facts
          facts={[
            { term: 'Entry', value: <span className="font-mono text-xs">{showInvisible(process.entry)}</span> },
            { term: 'Started', value: <RelativeTime at={process.startedAt} /> },
            { term: 'Queue', value: process.queueLength === 0 ? 'empty' : `${formatCount(process.queueLength)} waiting` },
            ...(process.queueLimit === null ? [] : [{ term: 'Queue limit', value: limitText(process.queueLimit) }]),
            { term: 'Reductions', value: formatCount(process.reductions) },
            { term: 'Parent', value: process.parent === null ? 'none' : <Pids pids={[process.parent]} /> },
            { term: 'Supervisor', value: <Supervisor process={process} /> },
            ...(process.behaviour === null ? [] : [{ term: 'Behaviour', value: <span>{process.behaviour.kind}</span> }]),
            { term: 'Links', value: <Pids pids={process.links} total={process.related.links} /> },
            { term: 'Monitors', value: <Pids pids={process.monitors} total={process.related.monitors} /> },
            { term: 'Monitored by', value: <Pids pids={process.monitoredBy} total={process.related.monitoredBy} /> },
            { term: 'Traps exits', value: process.trapExit ? 'yes' : 'no' },
            { term: 'Strands', value: formatCount(process.strands) },
            { term: 'Timers', value: formatCount(process.timers) },
          ]}
        />
      </Card>
    </Section>
  )
}

function limitText({ max, whenFull, dropped }: NonNullable<ProcessDetail['queueLimit']>): string {
  const then = { 'drop-newest': 'then the newest is dropped', 'drop-oldest': 'then the oldest is dropped', exit: 'then the process ends' }[
    whenFull
  ]
  return `${formatPlural(max, 'message', 'messages')}, ${then}${dropped === 0 ? '' : ` · ${formatCount(dropped)} dropped`}`
}

function Supervisor({ process: { supervisor, behaviour, pid } }: { process: ProcessDetail }) {
  const own = behaviour?.kind === 'supervisor' && (
    <Link to={linkSupervisors({ root: pid })} className="inline-flex min-h-6 items-center phone:min-h-11 underline underline-offset-2">
      what it supervises
    </Link>
  )
  if (supervisor === null) return own === false ? <span className="text-muted">none</span> : <span>none · {own}</span>
  return (
    <span className="flex flex-wrap items-baseline gap-x-2">
      <Link
        to={linkSupervisors({ root: supervisor.pid })}
        className="inline-flex min-h-6 items-center phone:min-h-11 font-mono text-[12.5px] underline underline-offset-2"
      >
        {supervisor.name === null ? supervisor.pid : showInvisible(supervisor.name)}
      </Link>
      <span className="text-muted">
        as {showInvisible(supervisor.child)}, {supervisor.restart}
        {supervisor.restarts > 0 && `, started again ${formatPlural(supervisor.restarts, 'time', 'times')}`}
      </span>
      {own}
    </span>
  )
}

function Pids({ pids, total = pids.length }: { pids: readonly string[]; total?: number }) {
  if (pids.length === 0) return <span className="text-muted">none</span>
  return (
    <span className="flex flex-wrap gap-x-2.5">
      {pids.slice(0, PIDS_SHOWN_MAX).map((pid) =>
        isHostPid(pid) ? (
          <span key={pid}>
            the host <span className="font-mono text-[12.5px] text-muted">{pid}</span>
          </span>
        ) : (
          <Link
            key={pid}
            to={linkProcess(pid)}
            className="inline-flex min-h-6 items-center phone:min-h-11 font-mono text-[12.5px] underline underline-offset-2"
          >
            {pid}
          </Link>
        ),
      )}
      {total > PIDS_SHOWN_MAX && <span className="text-muted">and {formatCount(total - PIDS_SHOWN_MAX)} more</span>}
    </span>
  )
}
