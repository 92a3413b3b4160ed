import type { ModuleView, SchedulerView, SupervisorView } from '@strata/runtime'
import type { ActivityLine } from '@strata/server'
import { useNow } from '@strata/ui'
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { trpc } from '../../api/client.ts'
import { useLive } from '../../api/live-store.ts'
import { countKey } from './count-key.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { countedFilters, findNeeds, isHeld, LATELY_MS, type Need } from './needs.ts'

const MINUTE_MS = 60_000
const HELD_READ_MS = 1_000

/** What needs somebody, each count read by the query that its door opens. */
export function useNeeds(modules: readonly ModuleView[]): readonly Need[] {
  const nowMs = useNow()
  const sinceMs = Math.floor((nowMs - LATELY_MS) / MINUTE_MS) * MINUTE_MS
  const samples = useLive((state) => state.samples)
  const schedulers = useQuery(
    trpc.schedulers.list.queryOptions(undefined, {
      // Nothing tells that a turn still lasts.
      refetchInterval: ({ state }) => (state.data?.some(isHeld) === true ? HELD_READ_MS : false),
    }),
  )
  const supervisors = useQuery(trpc.supervisors.list.queryOptions({}))
  const lines = useQuery(
    trpc.activity.list.queryOptions(
      { limit: 500, types: ['loaded', 'load_refused', 'crashed', 'long_turn'], since: new Date(sinceMs).toISOString() },
      { placeholderData: keepPreviousData },
    ),
  )
  const approvals = useQuery(trpc.approvals.list.queryOptions())
  const limits = useQuery(trpc.settings.limits.queryOptions()).data ?? DEFAULT_LIMITS
  const filters = countedFilters({ modules, samples, limits, nowMs })
  const counts = useQueries({ queries: filters.map((filter) => trpc.processes.list.queryOptions({ ...filter, limit: 0 })) })
  const totals = Object.fromEntries(filters.map((filter, index) => [countKey(filter), counts[index]?.data?.total ?? 0]))
  return findNeeds({
    modules,
    schedulers: (schedulers.data ?? []) as readonly SchedulerView[],
    supervisors: (supervisors.data?.rows ?? []) as readonly SupervisorView[],
    samples,
    lines: (lines.data?.lines ?? []) as readonly ActivityLine[],
    sinceMs,
    limits,
    totals,
    approvals: approvals.data ?? null,
    nowMs,
  })
}
