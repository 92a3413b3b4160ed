import type { ProcessSort } from '@strata/runtime/vocabulary'
import { cx, formatCount, formatDuration, formatLocal, formatShort, formatUtc, showInvisible, Tooltip, truncate, useNow } from '@strata/ui'
import { createColumnHelper, tableFeatures } from '@tanstack/react-table'
import { Link } from 'react-router'
import { linkModule, linkProcess } from '../../links.ts'
import { Doing, ProcessState } from './process-words.tsx'
import type { ShownRow } from './use-process-page.ts'

/** The table itself neither sorts nor filters: the server does, over all processes. */
export const processFeatures = tableFeatures({})

/** Characters of a name that a row shows; the process's own page shows all. */
const NAME_SHOWN_MAX = 40

/** Characters of a pinned generation that a row shows. */
const PIN_SHOWN_MAX = 24
/** Characters of a place in the source that a row shows. */
const PLACE_SHOWN_MAX = 25

const helper = createColumnHelper<typeof processFeatures, ShownRow>()

export const processColumns = helper.columns([
  helper.display({
    id: 'pid',
    header: 'Process',
    cell: ({ row }) => (
      <Link
        to={linkProcess(row.original.row.pid)}
        className="inline-flex min-h-6 min-w-6 items-center font-mono text-[12.5px] underline phone:min-h-11 phone:min-w-11 decoration-line-strong underline-offset-2 hover:decoration-current"
      >
        {row.original.row.pid}
      </Link>
    ),
  }),
  helper.display({
    id: 'name',
    header: 'Name',
    cell: ({ row }) => (
      <>
        <span className="block truncate">
          {row.original.row.name === null ? '' : truncate(showInvisible(row.original.row.name), NAME_SHOWN_MAX)}
        </span>
        <Abstract shown={row.original} />
      </>
    ),
  }),
  helper.display({ id: 'module', header: 'Module', cell: ({ row }) => <Place shown={row.original} /> }),
  helper.display({
    id: 'function',
    header: 'Doing',
    cell: ({ row }) => (
      <span className="block truncate">
        <Doing row={{ ...row.original.row, at: row.original.row.at === null ? null : cutStart(row.original.row.at, PLACE_SHOWN_MAX) }} />
      </span>
    ),
  }),
  helper.display({
    id: 'status',
    header: 'Status',
    cell: ({ row }) => (row.original.ended ? <span className="text-muted">ended</span> : <ProcessState row={row.original.row} />),
  }),
  helper.display({ id: 'queueLength', header: 'Queue', cell: ({ row }) => formatCount(row.original.row.queueLength) }),
  helper.display({
    id: 'reductions',
    header: 'Reductions',
    cell: ({ row }) => <Figure value={row.original.row.reductions} exactBelow={1e9} />,
  }),
  helper.display({ id: 'reductionsPerSecond', header: 'Red./s', cell: ({ row }) => <Rate value={row.original.row.reductionsPerSecond} /> }),
  helper.display({ id: 'messagesPerSecond', header: 'Msg./s', cell: ({ row }) => <Rate value={row.original.row.messagesPerSecond} /> }),
  helper.display({ id: 'startedAt', header: 'Age', cell: ({ row }) => <Age at={row.original.row.startedAt} /> }),
  helper.display({ id: 'pins', header: 'Pins', cell: ({ row }) => <Pins shown={row.original} /> }),
])

/** Widths in rem: figures change each second, and no column may move by that. What is left is for what the process does. */
export const COLUMN_WIDTHS: Readonly<Record<string, number>> = {
  pid: 6,
  name: 13,
  module: 8.5,
  status: 8.5,
  queueLength: 4.5,
  reductions: 6.25,
  reductionsPerSecond: 4.75,
  messagesPerSecond: 4.75,
  startedAt: 5.5,
  pins: 7.5,
}

export const NUMERIC_COLUMNS: ReadonlySet<string> = new Set([
  'queueLength',
  'reductions',
  'reductionsPerSecond',
  'messagesPerSecond',
  'startedAt',
])

/** Columns that are best read from the largest first. */
const LARGEST_FIRST: ReadonlySet<string> = new Set(['queueLength', 'reductions', 'reductionsPerSecond', 'messagesPerSecond', 'pins'])

/** How a press on a column's head sorts next; age grows while the start stays, so its order is turned round. */
export function nextSort(column: string, sort: ProcessSort, descending: boolean): { readonly sort: string; readonly descending: boolean } {
  return column === sort ? { sort: column, descending: !descending } : { sort: column, descending: LARGEST_FIRST.has(column) }
}

/** `aria-sort` of a column as a reader sees it: oldest start is greatest age. */
export function sortShown(column: string, sort: ProcessSort, descending: boolean): 'ascending' | 'descending' | 'none' {
  if (column !== sort) return 'none'
  const down = column === 'startedAt' ? !descending : descending
  return down ? 'descending' : 'ascending'
}

function Place({ shown: { row } }: { shown: ShownRow }) {
  if (row.module === null) return <span className="text-muted">unknown</span>
  return (
    <Link
      to={linkModule(row.module, row.generation === null ? {} : { generation: row.generation })}
      className="inline-flex min-h-6 max-w-full items-center font-mono text-[12.5px] underline-offset-2 hover:underline phone:min-h-11"
    >
      <span className="truncate">{row.module}</span>
      {row.generation !== null && <span className="shrink-0">@{row.generation}</span>}
    </Link>
  )
}

/** On a phone, below the name: what else is asked first, whose columns are out of sight there. */
function Abstract({ shown: { row, ended } }: { shown: ShownRow }) {
  return (
    <span aria-hidden="true" className="hidden truncate text-xs text-muted phone:block">
      <span className={cx(row.load !== null && !ended && 'text-bad')}>{ended ? 'ended' : (row.load ?? row.status)}</span>
      {row.queueLength > 0 && ` · ${formatCount(row.queueLength)} waiting`}
      {row.module !== null && ` · ${cutStart(row.generation === null ? row.module : `${row.module}@${row.generation}`, PIN_SHOWN_MAX)}`}
    </span>
  )
}

/** How long a process lives, with its start on hover, focus or tap. */
function Age({ at }: { at: string }) {
  const now = useNow()
  const startedMs = Date.parse(at)
  return (
    <Tooltip
      content={
        <>
          since {formatUtc(startedMs)}
          <br />
          {formatLocal(startedMs)}
        </>
      }
    >
      <time dateTime={at} tabIndex={-1} className="whitespace-nowrap">
        {formatDuration(Math.max(1000, Math.floor((now - startedMs) / 1000) * 1000))}
      </time>
    </Tooltip>
  )
}

/** Exact as far as its column has room; the process's own page has it whole. */
function Figure({ value, exactBelow }: { value: number; exactBelow: number }) {
  return <span className="whitespace-nowrap">{value < exactBelow ? formatCount(value) : formatShort(value)}</span>
}

/** What has been watched for less than a second has no rate yet. */
function Rate({ value }: { value: number | null }) {
  return value === null ? (
    <span className="text-faint">unknown</span>
  ) : (
    <>{value < 10 && !Number.isInteger(value) ? value.toFixed(1) : <Figure value={value} exactBelow={1e6} />}</>
  )
}

function Pins({ shown: { row } }: { shown: ShownRow }) {
  const pinned = [...new Set(row.pins.map(({ module, generation }) => `${module}@${generation}`))]
  if (pinned.length === 0) return <span className="text-muted">none</span>
  return (
    <span className="block truncate font-mono text-xs">
      {pinned.length <= 2
        ? pinned.map((name) => cutStart(name, PIN_SHOWN_MAX)).join(', ')
        : `${pinned
            .slice(0, 2)
            .map((name) => cutStart(name, PIN_SHOWN_MAX))
            .join(', ')} +${pinned.length - 2}`}
    </span>
  )
}

/** Cut where it begins: what tells a module or a place apart stands at its end, with the generation or the line. */
function cutStart(text: string, shownMax: number): string {
  return text.length <= shownMax ? text : `…${text.slice(1 - shownMax)}`
}
