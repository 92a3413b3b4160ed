import { Badge, Button, Empty, PageHead, Skeleton, buttonClass, cx, formatPlural } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import type { ActivityLine } from '@strata/server'
import { useEffect, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { client, trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useLive } from '../../api/live-store.ts'
import { linkActivity, linkActs, linkCrashes, linkModules } from '../../links.ts'
import { intoView } from '../../shell/into-view.ts'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { ActivityFields } from './activity-fields.tsx'
import { ACTIVITY_GROUPS, readGroup, readTypes, speaksOf } from './activity-filter.ts'
import { type ActivityChoice, activityQuery, isFiltered, readChoice } from './activity-query.ts'
import { ActivityRow } from './activity-row.tsx'
import { ActivityTools } from './activity-tools.tsx'

const PAGE_LINES = 200
/** Scrolled further than this, the list stands still. */
const SCROLLED_PX = 120

/** One timeline of what happened, newest first. */
export function ActivityPage() {
  usePageTitle('Activity')
  const [parameters] = useSearchParams()
  const choice = readChoice(parameters)
  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title="Activity"
        actions={
          <>
            <Link to={linkCrashes()} className={buttonClass()}>
              Crashes
            </Link>
            <Link to={linkActs()} className={buttonClass()}>
              Acts and receipts
            </Link>
          </>
        }
      >
        What was done and what happened, newest first.
      </PageHead>
      <Filter choice={choice} />
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2 max-sm:gap-x-3 max-sm:gap-y-1">
        <ActivityFields choice={choice} />
        <ActivityTools choice={choice} />
      </div>
      <Timeline key={JSON.stringify(choice)} choice={choice} />
    </div>
  )
}

function Filter({ choice }: { choice: ActivityChoice }) {
  const { type, module, generation, actor, since, until } = choice
  const group = readGroup(type)
  const times = { actor: actor ?? '', since: since ?? '', until: until ?? '' }
  const keep = { ...times, ...(module === null ? {} : { module }), ...(generation === null ? {} : { generation }) }
  const choices = [{ key: undefined, label: 'All' }, ...ACTIVITY_GROUPS]
  return (
    <nav
      aria-label="Kinds of events"
      className="flex items-center gap-1.5 overflow-x-auto max-sm:-mx-3 max-sm:px-3 max-sm:py-1 sm:flex-wrap"
    >
      {choices.map(({ key, label }) => {
        const here = (group?.key ?? undefined) === key
        return (
          <Link
            key={label}
            ref={here && key !== undefined ? intoView : undefined}
            to={linkActivity({ ...keep, ...(key === undefined ? {} : { type: key }) })}
            aria-current={here ? 'true' : undefined}
            className={cx(
              'inline-flex min-h-7 shrink-0 items-center rounded-full border px-3 text-[13px] no-underline phone:min-h-11',
              here ? 'border-accent bg-accent-soft text-accent' : 'border-line-strong text-muted hover:bg-hover hover:text-text',
            )}
          >
            {label}
          </Link>
        )
      })}
      {module !== null && (
        <Link
          to={linkActivity({ ...times, ...(type === null ? {} : { type }) })}
          className="inline-flex min-h-7 shrink-0 items-center gap-1.5 rounded-full border border-accent bg-accent-soft px-3 text-[13px] text-accent no-underline phone:min-h-11"
        >
          only {module}
          {generation !== null && `@${generation}`} <span aria-hidden="true">×</span>
          <span className="sr-only">, show all</span>
        </Link>
      )}
    </nav>
  )
}

function Timeline({ choice }: { choice: ActivityChoice }) {
  const { type, module, generation } = choice
  const types = readTypes(type)
  const asked = activityQuery(choice)
  const newest = useQuery(trpc.activity.list.queryOptions({ limit: PAGE_LINES, ...asked }))
  const [older, setOlder] = useState<readonly ActivityLine[]>([])
  const [more, setMore] = useState<'unknown' | 'yes' | 'no' | 'reading'>('unknown')
  const [failure, setFailure] = useState<unknown>(null)
  /** The newest line that is shown while the list stands still. */
  const [heldAtId, setHeldAtId] = useState<number | null>(null)
  const heldFacts = useLive((state) => state.heldBack)
  const paused = useLive((state) => state.pausedAtMs !== null)

  const lines = mergeLines(older, (newest.data?.lines ?? []) as readonly ActivityLine[])
  const topId = lines[0]?.id ?? 0
  useStandStill(topId, setHeldAtId)

  if (newest.isPending) return <Waiting />
  if (newest.isError && lines.length === 0) return <ErrorNotice error={newest.error} retry={() => void newest.refetch()} />

  const matching = module === null || generation === null ? lines : lines.filter((line) => speaksOf(line, module, generation))
  const shown = heldAtId === null ? matching : matching.filter((line) => line.id <= heldAtId)
  const heldBack = paused ? heldFacts.filter((fact) => types === undefined || types.some((name) => name === fact.type)).length : 0
  const waiting = matching.length - shown.length + heldBack
  const hasMore = more === 'unknown' ? newest.data?.more === true : more !== 'no'

  const showNew = () => {
    setHeldAtId(null)
    window.scrollTo({ top: 0 })
    if (paused) void newest.refetch()
  }
  const readOlder = () => {
    const last = lines.at(-1)
    if (last === undefined) return
    setMore('reading')
    setFailure(null)
    client.activity.list.query({ limit: PAGE_LINES, before: last.id, ...asked }).then(
      (page) => {
        setOlder((known) => mergeLines(known, page.lines as readonly ActivityLine[]))
        setMore(page.more ? 'yes' : 'no')
      },
      (error: unknown) => {
        setFailure(error)
        setMore('yes')
      },
    )
  }

  return (
    <div className="flex flex-col gap-3">
      <div role="status" className="sticky top-16 z-20 flex justify-center empty:hidden">
        {waiting > 0 && (
          <Button variant="primary" size="sm" icon="arrowUp" onClick={showNew}>
            +{waiting} new
          </Button>
        )}
      </div>
      {shown.length > 0 && (
        <p className="text-[13px] text-muted">
          <strong className="font-semibold text-text">{formatPlural(shown.length, 'event')}</strong>
          {hasMore && ' shown, older ones below'}
        </p>
      )}
      {shown.length === 0 ? (
        <NothingYet filtered={isFiltered(choice)} />
      ) : (
        <ol aria-label="Events" className="overflow-hidden rounded-lg border border-line bg-surface">
          {shown.map((line) => (
            <ActivityRow key={line.id} line={line} />
          ))}
        </ol>
      )}
      <ErrorNotice error={failure} />
      {hasMore && (
        <Button className="self-center" busy={more === 'reading'} onClick={readOlder}>
          Older
        </Button>
      )}
      {!hasMore && shown.length > 0 && (
        <p className="text-center text-[13px] text-muted">
          <Badge>{choice.since === null ? 'the beginning' : 'the beginning of this time'}</Badge>
        </p>
      )}
    </div>
  )
}

/** Newest first, each once. */
function mergeLines(known: readonly ActivityLine[], added: readonly ActivityLine[]): readonly ActivityLine[] {
  const byId = new Map([...known, ...added].map((line) => [line.id, line]))
  return [...byId.values()].sort((a, b) => b.id - a.id)
}

/** Lets nothing move while the reader is down the list: what is new then waits for a click. */
function useStandStill(topId: number, setHeldAtId: (change: (held: number | null) => number | null) => void): void {
  useEffect(() => {
    // What has not been read yet cannot stand still.
    if (topId === 0) return
    const follow = () => {
      const scrolled = window.scrollY > SCROLLED_PX
      setHeldAtId((held) => (scrolled ? (held ?? topId) : null))
    }
    document.addEventListener('scroll', follow, { passive: true })
    return () => document.removeEventListener('scroll', follow)
  }, [topId, setHeldAtId])
}

function Waiting() {
  return (
    <div className="flex flex-col gap-2" aria-busy="true">
      <span className="sr-only">Reading the events</span>
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <Skeleton key={key} className="h-11" />
      ))}
    </div>
  )
}

function NothingYet({ filtered }: { filtered: boolean }) {
  return (
    <Empty
      icon="activity"
      title={filtered ? 'Nothing of this kind has happened' : 'Nothing has happened yet'}
      actions={
        <Link to={filtered ? linkActivity() : linkModules()} className={buttonClass()}>
          {filtered ? 'Show all events' : 'Open the modules'}
        </Link>
      }
    >
      Loads, purges, kills, upgrades, crashes and restarts stand here, each with who did it and why. Load a module and its line appears.
    </Empty>
  )
}
