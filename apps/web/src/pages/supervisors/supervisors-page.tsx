import type { SupervisorView } from '@strata/runtime'
import { buttonClass, Empty, formatCount, formatPlural, PageHead, Skeleton } from '@strata/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { UnansweredNotice } from '../../api/unanswered-notice.tsx'
import { useLive } from '../../api/live-store.ts'
import { linkSupervisors } from '../../links.ts'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { SupervisorTree } from './supervisor-tree.tsx'

const REFRESH_MS = 2_000

/** The trees of supervisors: what each starts again, and how much more it bears. */
export function SupervisorsPage() {
  usePageTitle('Supervisors')
  const [search] = useSearchParams()
  const root = search.get('root')
  const paused = useLive((state) => state.pausedAtMs !== null)
  const supervisors = useQuery(
    trpc.supervisors.list.queryOptions(root === null ? {} : { root }, {
      refetchInterval: paused ? false : REFRESH_MS,
      placeholderData: keepPreviousData,
    }),
  )
  const { data } = supervisors
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <PageHead
        title="Supervisors"
        actions={
          root !== null && (
            <Link to={linkSupervisors()} className={buttonClass()}>
              All supervisors
            </Link>
          )
        }
      >
        Each starts its children again when they end. One that has to do so more often than it bears gives up, with all that it supervises.
      </PageHead>
      <ErrorNotice error={supervisors.error} retry={() => void supervisors.refetch()} />
      <UnansweredNotice schedulers={data?.unanswered ?? []} what="supervisors" />
      {supervisors.isPending && <Skeleton className="h-48" />}
      {data?.total === 0 && data.unanswered === undefined && <NoSupervisors root={root} />}
      {treesOf(data?.rows ?? []).map((rows) => (
        <SupervisorTree key={rows[0]?.pid} rows={rows} />
      ))}
      {data !== undefined && data.total > data.rows.length && (
        <p className="text-muted">
          {formatPlural(data.rows.length, 'supervisor', 'supervisors')} of {formatCount(data.total)}. One with all below it: “what it
          supervises” on its process’s page.
        </p>
      )}
    </div>
  )
}

/** Each outermost supervisor with those below it. */
function treesOf(rows: readonly SupervisorView[]): SupervisorView[][] {
  const trees: SupervisorView[][] = []
  for (const row of rows) {
    const last = trees.at(-1)
    if (last === undefined || row.depth === 0) trees.push([row])
    else last.push(row)
  }
  return trees
}

function NoSupervisors({ root }: { root: string | null }) {
  if (root !== null)
    return (
      <Empty
        icon="tree"
        title={`${root} is no supervisor`}
        actions={
          <Link to={linkSupervisors()} className={buttonClass()}>
            All supervisors
          </Link>
        }
      >
        It has ended, or it is another kind of process.
      </Empty>
    )
  return (
    <Empty icon="tree" title="No supervisors">
      A module becomes one with <code>run</code> of <code>@strata/runtime/supervisor</code>: it says in <code>init</code> which processes
      are started, and what happens when one of them ends.
    </Empty>
  )
}
