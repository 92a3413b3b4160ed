import { Button, buttonClass, Empty, formatCount, formatPlural, PageHead, Skeleton } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { UnansweredNotice } from '../../api/unanswered-notice.tsx'
import { linkSupervisors } from '../../links.ts'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { BulkBar } from './bulk-bar.tsx'
import { ProcessFilters } from './process-filters.tsx'
import {
  changeProcessSearch,
  filterOf,
  FILTERS,
  NO_FILTERS,
  parseProcessSearch,
  type ProcessSearchChange,
  ROWS_PER_PAGE,
} from './process-search.ts'
import { ProcessTable } from './process-table.tsx'
import { keepLiving, toggleOne, togglePage } from './selection.ts'
import { type ShownPage, useProcessPage } from './use-process-page.ts'

/** All processes, filtered, sorted and cut by the server. */
export function ProcessesPage() {
  usePageTitle('Processes')
  const [search, setSearch] = useSearchParams()
  const query = parseProcessSearch(search)
  const modules = useQuery(trpc.modules.list.queryOptions())
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const page = useProcessPage(query, selected)

  const living = keepLiving(selected, page.ended)
  if (living !== selected) setSelected(living)

  const change = (entries: ProcessSearchChange) =>
    setSearch((before) => changeProcessSearch(before, entries), { preventScrollReset: true, replace: 'search' in entries })
  const shownPids = page.rows.filter(({ ended }) => !ended).map(({ row }) => row.pid)

  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PageHead
        title="Processes"
        actions={
          <Link to={linkSupervisors()} className={buttonClass()}>
            Supervisors
          </Link>
        }
      />
      <ProcessFilters query={query} modules={modules.data ?? []} onChange={change} />
      <ErrorNotice error={page.error} />
      <UnansweredNotice schedulers={page.unanswered} what="processes" />
      {page.isPending && <Skeleton className="h-96" />}
      {!page.isPending && page.error === null && page.rows.length === 0 && (
        <NoProcesses filtered={isFiltered(search)} waiting={page.waiting} onClear={() => change(NO_FILTERS)} onShow={page.showWaiting} />
      )}
      {page.rows.length > 0 && (
        <>
          <div className="flex min-h-8 flex-wrap items-center justify-between gap-2">
            <div className="flex flex-wrap items-center gap-3 text-[13px] text-muted" role="status">
              <span>
                <TotalLine page={page} offset={query.offset ?? 0} />
              </span>
              {page.waiting > 0 && (
                <Button size="sm" onClick={page.showWaiting}>
                  +{page.waiting} new
                </Button>
              )}
              {page.waiting === 0 && page.ended.size > 0 && (
                <Button size="sm" variant="ghost" onClick={page.showWaiting}>
                  Clear {page.ended.size} ended
                </Button>
              )}
            </div>
            <Paging
              total={page.total}
              offset={query.offset ?? 0}
              onOffset={(offset) => change({ offset: offset === 0 ? null : String(offset) })}
            />
          </div>
          <ProcessTable
            rows={page.rows}
            query={query}
            selected={selected}
            onToggle={(pid) => setSelected(toggleOne(selected, pid))}
            onTogglePage={() => setSelected(togglePage(selected, shownPids))}
            onChange={change}
          />
        </>
      )}
      {selected.size > 0 && (
        <BulkBar
          pids={[...selected]}
          matching={{ filter: filterOf(query), total: page.total, isNarrowed: isFiltered(search) }}
          isWholePage={shownPids.length > 0 && shownPids.every((pid) => selected.has(pid))}
          onClear={() => setSelected(new Set())}
        />
      )}
    </div>
  )
}

function TotalLine({ page, offset }: { page: ShownPage; offset: number }) {
  if (page.isPending) return null
  if (page.rows.length === 0) return <>{formatPlural(page.total, 'process', 'processes')}</>
  return (
    <>
      <strong className="font-semibold text-text">{formatPlural(page.total, 'process', 'processes')}</strong>
      {page.total > page.rows.length && `, ${formatCount(offset + 1)} to ${formatCount(offset + page.rows.length)} shown`}
    </>
  )
}

function Paging({ total, offset, onOffset }: { total: number; offset: number; onOffset: (offset: number) => void }) {
  if (total <= ROWS_PER_PAGE && offset === 0) return null
  const pages = Math.max(1, Math.ceil(total / ROWS_PER_PAGE))
  const page = Math.floor(offset / ROWS_PER_PAGE)
  return (
    <nav aria-label="Pages" className="flex items-center gap-2 text-[13px]">
      <Button
        size="sm"
        disabledReason={page === 0 ? 'This is the first page' : undefined}
        onClick={() => onOffset(Math.max(0, offset - ROWS_PER_PAGE))}
      >
        Previous
      </Button>
      <span className="text-muted">
        {formatCount(page + 1)} of {formatCount(pages)}
      </span>
      <Button
        size="sm"
        disabledReason={page >= pages - 1 ? 'This is the last page' : undefined}
        onClick={() => onOffset(offset + ROWS_PER_PAGE)}
      >
        Next
      </Button>
    </nav>
  )
}

function isFiltered(search: URLSearchParams): boolean {
  return [...FILTERS, 'offset'].some((key) => search.has(key))
}

function NoProcesses({
  filtered,
  waiting,
  onClear,
  onShow,
}: {
  filtered: boolean
  waiting: number
  onClear: () => void
  onShow: () => void
}) {
  if (waiting > 0) {
    return (
      <Empty
        icon="process"
        title={`${waiting} ${waiting === 1 ? 'process has' : 'processes have'} come`}
        actions={<Button onClick={onShow}>+{waiting} new</Button>}
      />
    )
  }
  return filtered ? (
    <Empty icon="process" title="No process matches" actions={<Button onClick={onClear}>Clear the filters</Button>}>
      The filters are applied to all processes, not only to a page of them.
    </Empty>
  ) : (
    <Empty icon="process" title="No process lives">
      A module's export becomes a process when it is spawned: by strata.config.ts at the start, or by another process.
    </Empty>
  )
}
