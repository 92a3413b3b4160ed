import type { TraceEntry } from '@strata/runtime'
import {
  copyText,
  Badge,
  Button,
  formatCount,
  formatDuration,
  formatPlural,
  Notice,
  Section,
  showInvisible,
  Table,
  TBody,
  Td,
  Th,
  THead,
  Tr,
  useNow,
} from '@strata/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { refreshAll } from '../../api/live.ts'
import { useMayNot } from '../../api/use-may.ts'
import { linkProcess } from '../../links.ts'
import { TraceDialog } from './trace-dialog.tsx'
import { contentLine, endpoint, TRACE_ENDS, traceText } from './trace-words.ts'
import { type Trace, useTrace } from './use-trace.ts'

/** The latest message trace of a process, live while it runs; and where one begins. */
export function ProcessTrace({ pid, ended }: { pid: string; ended: boolean }) {
  const [asking, setAsking] = useState(false)
  const [begun, setBegun] = useState<Trace | null>(null)
  const traces = useQuery(trpc.traces.list.queryOptions({ pid }))
  const mayNot = useMayNot('trace')
  const [latest = null] = traces.data ?? []
  // The list hears of a new one a moment later.
  const shown = begun !== null && traces.data?.some(({ id }) => id === begun.id) !== true ? begun : latest
  const runs = shown !== null && shown.end === null
  return (
    <Section
      title="Messages"
      hint="What it gets and sends, for a bounded time; that you looked stands in the activity."
      actions={
        <Button
          size="sm"
          disabledReason={mayNot ?? (ended ? 'This process has ended' : runs ? 'A trace of it runs' : undefined)}
          onClick={() => setAsking(true)}
        >
          {shown === null ? 'Trace messages…' : 'Trace again…'}
        </Button>
      }
    >
      {shown === null ? (
        <p className="text-muted">
          No trace of it was made. A trace shows each message, answer and exit signal as it comes, and ends by itself.
        </p>
      ) : mayNot === undefined ? (
        <TraceSeen key={shown.id} id={shown.id} />
      ) : (
        <p className="text-muted">
          {showInvisible(shown.actor)} {runs ? 'traces' : 'traced'} it: {formatPlural(shown.seen, 'message')}.
        </p>
      )}
      {asking && (
        <TraceDialog
          chosen={{ pids: [pid] }}
          count={1}
          onBegun={(trace) => {
            setBegun(trace)
            setAsking(false)
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </Section>
  )
}

function TraceSeen({ id }: { id: string }) {
  const seen = useTrace(id)
  const stop = useMutation(
    trpc.traces.stop.mutationOptions({
      onSettled: () => {
        void seen.refetch()
        void refreshAll()
      },
    }),
  )
  if (seen.data === undefined) return <ErrorNotice error={seen.error} retry={() => void seen.refetch()} />
  const { trace, entries } = seen.data
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <ErrorNotice error={seen.error ?? stop.error} />
      <div className="flex flex-wrap items-center gap-3">
        {trace.end === null ? <Running trace={trace} /> : <Ended trace={trace} />}
        {trace.end === null && (
          <Button size="sm" busy={stop.isPending} onClick={() => stop.mutate({ trace: id })}>
            Stop
          </Button>
        )}
        {entries.length > 0 && <CopyText entries={entries} />}
      </div>
      {entries.length === 0 ? (
        <p className="text-muted">
          {trace.end === null ? 'Nothing yet: it waits for the first message.' : 'It neither got nor sent anything.'}
        </p>
      ) : (
        <Entries entries={entries} several={trace.pids.length > 1} />
      )}
    </div>
  )
}

function Running({ trace }: { trace: Trace }) {
  const now = useNow()
  const left = Math.max(0, Date.parse(trace.startedAt) + trace.forMs - now)
  return (
    <p className="flex flex-wrap items-center gap-2 text-[13px]">
      <Badge tone="info">tracing</Badge>
      {formatCount(trace.seen)} of {formatPlural(trace.messages, 'message')} at most, {formatDuration(Math.ceil(left / 1_000) * 1_000)} left
      {trace.pids.length > 1 && `, ${formatCount(trace.pids.length)} processes`}
    </p>
  )
}

function Ended({ trace }: { trace: Trace }) {
  if (trace.end === null) return null
  return (
    <p role="status" className="text-[13px]">
      {TRACE_ENDS[trace.end.why]} {formatPlural(trace.seen, 'message')} seen
      {trace.dropped === 0 ? '.' : `; ${formatCount(trace.dropped)} more went by unseen.`}
    </p>
  )
}

function CopyText({ entries }: { entries: readonly TraceEntry[] }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no')
  const copy = async () => setCopied((await copyText(traceText(entries))) ? 'yes' : 'failed')
  return (
    <>
      <Button size="sm" icon="copy" onClick={() => void copy()} onBlur={() => setCopied('no')}>
        Copy as text
      </Button>
      <span role="status" className="text-[13px] text-muted">
        {copied === 'yes' ? 'Copied' : copied === 'failed' ? 'The browser did not let it be copied' : ''}
      </span>
    </>
  )
}

function Entries({ entries, several }: { entries: readonly TraceEntry[]; several: boolean }) {
  return (
    <>
      <Table label="Messages of this trace" maxHeight="24rem">
        <THead>
          <tr>
            <Th>Time, UTC</Th>
            {several && <Th>Traced</Th>}
            <Th>From</Th>
            <Th>To</Th>
            <Th>Kind</Th>
            <Th>Content</Th>
          </tr>
        </THead>
        <TBody>
          {entries.map((entry, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an entry is its place, and is never moved
            <Tr key={at}>
              <Td mono>{entry.at.slice(11, 23)}</Td>
              {several && <Td mono>{entry.pid}</Td>}
              <Td mono>{entry.direction === 'ended' ? '' : <Endpoint name={entry.from} traced={entry.pid} />}</Td>
              <Td mono>{entry.direction === 'ended' ? '' : <Endpoint name={entry.to} traced={entry.pid} />}</Td>
              <Td>{entry.kind === 'ended' ? <Badge tone="bad">ended</Badge> : entry.kind}</Td>
              <Td mono className="min-w-64 wrap-anywhere">
                {showInvisible(contentLine(entry))}
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
      {entries.some(({ preview }) => preview.isCut) && (
        <Notice tone="idle">Long contents are cut: each shows its first 500 characters.</Notice>
      )}
    </>
  )
}

function Endpoint({ name, traced }: { name: string | null; traced: string }) {
  if (name === null || name === '0.0' || name === traced || !/^\d+\.\d+$/.test(name)) return showInvisible(endpoint(name))
  return (
    <Link to={linkProcess(name)} className="inline-flex min-h-6 items-center underline underline-offset-2">
      {name}
    </Link>
  )
}
