import type { ActItem, ActView } from '@strata/server'
import {
  Badge,
  Card,
  buttonClass,
  CopyLine,
  Empty,
  FactRow,
  formatCount,
  formatDuration,
  formatPlural,
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
  truncate,
} from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Link, useLocation, useParams } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { explainFault, readFault } from '../../api/fault.ts'
import { linkActs, linkModule, linkProcess, linkSchedulers } from '../../links.ts'
import { type MarkedPurged, readMarkedPurged } from '../../plans/mark-purged.ts'
import { NameBeside } from '../../plans/name-beside.tsx'
import { doingOf, placeOf } from '../../plans/plan-words.ts'
import { RestartBody } from '../../plans/restart-body.tsx'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { ActControls } from './act-controls.tsx'
import { ACT_TONES, actSentence, OUTCOME_TONES, outcomeWord } from './act-words.ts'

/** Links of one process that its line names. */
const LINKS_SHOWN_MAX = 5

const REFRESH_MS = 500

/** The receipt of one act, from its first moment: n of m, then per item what became of it and what was known of it. */
export function ActPage() {
  const id = useParams()['id'] ?? ''
  const act = useQuery(
    trpc.acts.get.queryOptions({ id }, { refetchInterval: (query) => (isUnderWay(query.state.data?.status) ? REFRESH_MS : false) }),
  )
  usePageTitle(act.data?.title ?? 'Act')
  if (act.isPending) return <Skeleton className="h-96" />
  if (act.data === undefined && readFault(act.error)?.code === 'unknown_act') return <NoAct id={id} />
  if (act.data === undefined) return <ErrorNotice error={act.error} retry={() => void act.refetch()} />
  return <Receipt act={act.data} />
}

function NoAct({ id }: { id: string }) {
  return (
    <div className="flex flex-col gap-5">
      <PageHead title="No receipt" />
      <Empty
        icon="activity"
        title="There is no act of this address"
        actions={
          <Link to={linkActs()} className={buttonClass()}>
            Open the acts
          </Link>
        }
      >
        <code className="wrap-anywhere">{truncate(showInvisible(id), 60)}</code> is too old, or never was. Activity has what was done from
        the first day on.
      </Empty>
    </div>
  )
}

function isUnderWay(status: ActView['status'] | undefined): boolean {
  return status === 'running' || status === 'delayed'
}

function Receipt({ act }: { act: ActView }) {
  const head = useRef<HTMLDivElement>(null)
  const markedPurged = readMarkedPurged(useLocation().state)
  // Who has just confirmed a plan comes from a dialog that is gone: the focus goes to the receipt.
  // One that can still be taken back has its own button for that.
  const isDelayed = act.status === 'delayed'
  const hasBegun = !isDelayed && act.status !== 'cancelled'
  useEffect(() => {
    if (!isDelayed) head.current?.focus({ preventScroll: true })
  }, [isDelayed])
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
      <ActControls act={act} />
      {act.fault !== null && <ActFault act={act} />}
      {(act.counts.pending ?? 0) > 0 && (
        <Notice
          tone="warn"
          title={`${formatPlural(act.counts.pending ?? 0, 'process is', 'processes are')} inside one native call: each ends when that returns, or with its scheduler.`}
          actions={
            <Link to={linkSchedulers()} className={buttonClass({ size: 'sm' })}>
              Open the schedulers
            </Link>
          }
        />
      )}
      {markedPurged !== null && <MarkedNotice {...markedPurged} />}
      <Card className="px-4 py-3">
        <FactRow
          facts={[
            { term: 'By', value: showInvisible(act.actor) },
            { term: 'Reason', value: act.reason === '' ? <span className="text-muted">none given</span> : showInvisible(act.reason) },
            { term: hasBegun ? 'Began' : 'Asked', value: <RelativeTime at={act.startedAt} /> },
            ...(hasBegun
              ? [
                  {
                    term: 'Took',
                    value: act.endedAt === null ? 'not ended' : formatDuration(Date.parse(act.endedAt) - Date.parse(act.startedAt)),
                  },
                ]
              : []),
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
        {lines.map((line) => (
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
  if (act.plan.verb === 'restart-scheduler') return <RestartBody plan={act.plan} fallen={act.total} />
  if (act.items.length === 0) return <p className="text-muted">No process was touched.</p>
  const hasWords = act.items.some(({ lastWords }) => lastWords !== undefined)
  return (
    <Section
      title={`${formatCount(act.done)} of ${formatCount(act.total)} done`}
      hint={`What was known of each when the plan was made.${act.total > act.items.length ? ` ${formatCount(act.items.length)} are shown, those to look after first.` : ''}`}
    >
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
            {hasWords && <Th>Last words</Th>}
          </tr>
        </THead>
        <TBody>
          {act.items.map((item) => (
            <ItemRow key={item.pid} item={item} startedAt={act.startedAt} hasWords={hasWords} />
          ))}
        </TBody>
      </Table>
    </Section>
  )
}

function ItemRow({ item, startedAt, hasWords }: { item: ActItem; startedAt: string; hasWords: boolean }) {
  const { known } = item
  return (
    <Tr>
      <Td mono>
        <Link to={linkProcess(item.pid)} className="inline-flex min-h-6 items-center phone:min-h-11 underline underline-offset-2">
          {item.pid}
        </Link>
        {known !== null && known.name !== null && <NameBeside name={known.name} />}
      </Td>
      <Td>
        <span className="flex items-baseline gap-x-2 whitespace-normal phone:min-w-32 phone:flex-wrap">
          <Badge tone={OUTCOME_TONES[item.outcome]}>{outcomeWord(item.outcome)}</Badge>
          <span className="min-w-40 text-muted wrap-anywhere phone:min-w-0">{item.why === null ? null : showInvisible(item.why)}</span>
        </span>
      </Td>
      <Td mono>
        {known === null ? 'unknown' : doingOf(known)} <span className="text-muted">{known?.at}</span>
      </Td>
      <Td mono>{known === null ? 'unknown' : placeOf(known)}</Td>
      <Td numeric>{known?.queueLength ?? 'unknown'}</Td>
      <Td className="whitespace-nowrap">
        {known === null ? 'unknown' : formatDuration(Date.parse(startedAt) - Date.parse(known.startedAt))}
      </Td>
      <Td mono>{known === null ? 'unknown' : linksOf(known.links)}</Td>
      {hasWords && (
        <Td>
          {item.lastWords === undefined ? <span className="text-muted">none</span> : <LastWords words={item.lastWords} pid={item.pid} />}
        </Td>
      )}
    </Tr>
  )
}

/** A process that others hang on has thousands. */
function linksOf(links: readonly string[]): string {
  if (links.length === 0) return 'none'
  const more = links.length - LINKS_SHOWN_MAX
  return `${links.slice(0, LINKS_SHOWN_MAX).join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`
}

/** What a process said of its state just before it was ended, in its own words, and what waited for it. */
function LastWords({ words, pid }: { words: NonNullable<ActItem['lastWords']>; pid: string }) {
  const { document, cut, unread, lastCrash } = words
  const said = document === null ? '' : truncate(document.trim().split('\n', 1)[0] ?? '', 80)
  const summary = [
    ...(document === null ? [] : [said === '' ? 'an empty text' : said]),
    ...(unread === undefined ? [] : [`${formatPlural(unread.waiting, 'message')} unread`]),
    ...(lastCrash === undefined ? [] : ['crashed before']),
  ]
  return (
    <details className="max-w-md min-w-56">
      <summary className="cursor-pointer truncate text-muted phone:min-h-11">{showInvisible(summary.join(' · '))}</summary>
      {document !== null && <Words label={`Last words of ${pid}`} text={cut ? `${document} …` : document} />}
      {unread !== undefined && (
        <>
          <p className="mt-1 text-xs text-muted">
            {unread.first.length === unread.waiting
              ? 'It never read:'
              : `It never read ${formatCount(unread.waiting)} messages. The first of them:`}
          </p>
          {unread.first.map((message, index) => (
            <Words key={index} label={`Unread message ${index + 1} of ${pid}`} text={message} />
          ))}
        </>
      )}
      {lastCrash !== undefined && (
        <p className="mt-1 text-xs">
          <span className="text-muted">
            One of its name crashed <RelativeTime at={lastCrash.at} />:
          </span>{' '}
          {showInvisible(lastCrash.reason)}
        </p>
      )}
    </details>
  )
}

function Words({ label, text }: { label: string; text: string }) {
  return (
    <pre
      tabIndex={0}
      aria-label={label}
      className="mt-1 max-h-64 overflow-auto rounded-md border border-line bg-bg p-2 text-xs whitespace-pre-wrap wrap-anywhere"
    >
      {showInvisible(text)}
    </pre>
  )
}
