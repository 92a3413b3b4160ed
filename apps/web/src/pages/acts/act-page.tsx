import type { ActItem, ActView } from '@strata/server'
import {
  Badge,
  Card,
  buttonClass,
  CopyLine,
  Facts,
  formatDuration,
  Notice,
  PageHead,
  Progress,
  RelativeTime,
  Section,
  showInvisible,
  Skeleton,
  StateWord,
  Table,
  TBody,
  Td,
  Th,
  THead,
  Tr,
} from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Link, useLocation, useParams } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { describeChange, explainFault } from '../../api/fault.ts'
import { linkModule, linkProcess } from '../../links.ts'
import { type MarkedPurged, readMarkedPurged } from '../../plans/mark-purged.ts'
import { RestartBody } from '../../plans/restart-body.tsx'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { ACT_TONES, actSentence, OUTCOME_TONES, outcomeWord } from './act-words.ts'

const REFRESH_MS = 1000

/** The receipt of one act, from its first moment: n of m, then per item what became of it and what was known of it. */
export function ActPage() {
  const id = useParams()['id'] ?? ''
  const act = useQuery(
    trpc.acts.get.queryOptions({ id }, { refetchInterval: (query) => (query.state.data?.status === 'running' ? REFRESH_MS : false) }),
  )
  usePageTitle(act.data?.title ?? 'Act')
  if (act.isPending) return <Skeleton className="h-96" />
  if (act.data === undefined) return <ErrorNotice error={act.error} retry={() => void act.refetch()} />
  return <Receipt act={act.data} />
}

function Receipt({ act }: { act: ActView }) {
  const head = useRef<HTMLDivElement>(null)
  const markedPurged = readMarkedPurged(useLocation().state)
  // Who has just confirmed a plan comes from a dialog that is gone: the focus goes to the receipt.
  useEffect(() => head.current?.focus({ preventScroll: true }), [])
  return (
    <div ref={head} tabIndex={-1} className="flex min-w-0 flex-col gap-6 outline-none">
      <PageHead
        title={`Receipt: ${act.title}`}
        actions={act.modules.map((module) => (
          <Link key={module} to={linkModule(module)} className={buttonClass()}>
            Open {module}
          </Link>
        ))}
      >
        <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
          <StateWord tone={ACT_TONES[act.status]}>{act.status}</StateWord>
          <span className="text-text">{actSentence(act)}</span>
        </span>
      </PageHead>
      {act.status === 'running' && <Progress value={act.done} max={act.total} label="Done" />}
      {act.fault !== null && <ActFault act={act} />}
      {markedPurged !== null && <MarkedNotice {...markedPurged} />}
      <Card className="p-4">
        <Facts
          facts={[
            { term: 'By', value: showInvisible(act.actor) },
            { term: 'Reason', value: act.reason === '' ? <span className="text-muted">none given</span> : showInvisible(act.reason) },
            { term: 'Began', value: <RelativeTime at={act.startedAt} /> },
            {
              term: 'Took',
              value: act.endedAt === null ? 'not ended' : formatDuration(Date.parse(act.endedAt) - Date.parse(act.startedAt)),
            },
          ]}
        />
      </Card>
      <Items act={act} />
      <CopyLine label="The same from a terminal" command={act.command} />
    </div>
  )
}

function ActFault({ act }: { act: ActView }) {
  if (act.fault === null) return null
  const { sentence, lines } = explainFault(act.fault)
  return (
    <Notice tone="bad" title={sentence}>
      <ul>
        {(act.fault.code === 'changed_meanwhile' ? act.fault.changes.map(describeChange) : lines).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Notice>
  )
}

/** What became of the wish to mark the purged content bad. */
function MarkedNotice({ marked, failed }: MarkedPurged) {
  return (
    <>
      {marked.length > 0 && (
        <Notice tone="good" title={`Marked bad: the content of ${marked.join(', ')} is refused at every later load.`} />
      )}
      {failed.map(({ name, why }) => (
        <Notice key={name} tone="bad" live="alert" title={`The content of ${name} could not be marked bad, and can still be loaded`}>
          {why}
        </Notice>
      ))}
    </>
  )
}

function Items({ act }: { act: ActView }) {
  if (act.plan.verb === 'restart-scheduler') return <RestartBody plan={act.plan} />
  if (act.items.length === 0) return <p className="text-muted">No process was touched.</p>
  return (
    <Section title={`${act.done} of ${act.total} done`} hint="What was known of each when the plan was made.">
      <Table label="Items of this act" maxHeight="70vh">
        <THead sticky>
          <tr>
            <Th>Process</Th>
            <Th>Outcome</Th>
            <Th>Was doing</Th>
            <Th>In</Th>
            <Th numeric>Queue</Th>
            <Th>Age then</Th>
            <Th>Links</Th>
          </tr>
        </THead>
        <TBody>
          {act.items.map((item) => (
            <ItemRow key={item.pid} item={item} startedAt={act.startedAt} />
          ))}
        </TBody>
      </Table>
    </Section>
  )
}

function ItemRow({ item, startedAt }: { item: ActItem; startedAt: string }) {
  const { known } = item
  return (
    <Tr>
      <Td mono>
        <Link to={linkProcess(item.pid)} className="inline-flex min-h-6 items-center underline underline-offset-2">
          {item.pid}
        </Link>
        {known !== null && known.name !== null && <span className="ml-2 font-sans text-muted">{showInvisible(known.name)}</span>}
      </Td>
      <Td>
        <span className="flex items-center gap-x-2 whitespace-nowrap">
          <Badge tone={OUTCOME_TONES[item.outcome]}>{outcomeWord(item.outcome)}</Badge>
          <span className="text-muted">{item.why}</span>
        </span>
      </Td>
      <Td mono>
        {known?.function ?? 'unknown'} <span className="text-muted">{known?.at}</span>
      </Td>
      <Td mono>{known === null || known.module === null ? 'unknown' : `${known.module}@${known.generation}`}</Td>
      <Td numeric>{known?.queueLength ?? 'unknown'}</Td>
      <Td>{known === null ? 'unknown' : formatDuration(Date.parse(startedAt) - Date.parse(known.startedAt))}</Td>
      <Td mono>{known === null ? 'unknown' : known.links.join(', ') || 'none'}</Td>
    </Tr>
  )
}
