import type { ProcessQuery, ProcessRow } from '@strata/runtime'
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { trpc } from '../../api/client.ts'
import { readFault } from '../../api/fault.ts'
import { useLive } from '../../api/live-store.ts'

const REFRESH_MS = 1000
/** Processes that are not in the answer and are asked for one by one: two batches. */
const MISSING_ASKED_MAX = 20

export interface ShownRow {
  readonly row: ProcessRow
  readonly ended: boolean
}

export interface ShownPage {
  readonly total: number
  readonly rows: readonly ShownRow[]
  /** Schedulers that do not answer: their processes are missing. */
  readonly unanswered: readonly number[]
  /** Processes that belong on this page now and are not on the screen yet. */
  readonly waiting: number
  readonly ended: ReadonlySet<string>
  readonly isPending: boolean
  readonly error: unknown
  readonly showWaiting: () => void
}

/**
 * A page of the table that holds still: rows on the screen are read again each second, and who belongs to the page changes
 * only when asked to. A row that left the answer is looked up, for it may have ended or only have moved; so is a `watched`
 * process that is on another page.
 */
export function useProcessPage(query: ProcessQuery, watched: ReadonlySet<string>): ShownPage {
  const paused = useLive((state) => state.pausedAtMs !== null)
  const key = JSON.stringify(query)
  const page = useQuery(
    trpc.processes.list.queryOptions(query, {
      refetchInterval: paused ? false : REFRESH_MS,
      placeholderData: keepPreviousData,
      staleTime: 0,
    }),
  )
  const [held, setHeld] = useState<{ readonly key: string; readonly rows: readonly ProcessRow[] } | null>(null)

  // Another query is another membership: its first answer is shown as it is.
  const fresh = page.data !== undefined && !page.isPlaceholderData
  if (fresh && held?.key !== key) setHeld({ key, rows: page.data.rows })

  const byPid = useMemo(() => new Map<string, ProcessRow>(page.data?.rows.map((row) => [row.pid, row])), [page.data])
  const rows = held?.rows ?? []
  const followed = new Set<string>([...rows.map(({ pid }) => pid), ...watched])
  const missing = fresh && held?.key === key ? [...followed].filter((pid) => !byPid.has(pid)) : []
  const asked = useQueries({
    queries: missing
      .slice(0, MISSING_ASKED_MAX)
      .map((pid) => trpc.processes.get.queryOptions({ pid }, { staleTime: REFRESH_MS, retry: false })),
  })
  const found = new Map<string, ProcessRow>()
  const ended = new Set<string>()
  for (const [index, answer] of asked.entries()) {
    const pid = missing[index]
    if (pid === undefined) continue
    if (readFault(answer.error)?.code === 'unknown_pid') ended.add(pid)
    else if (answer.data !== undefined) found.set(pid, answer.data)
  }
  const known = new Set<string>(rows.map(({ pid }) => pid))
  const waiting = fresh ? page.data.rows.filter(({ pid }) => !known.has(pid)).length : 0
  return {
    total: page.data?.total ?? 0,
    unanswered: page.data?.unanswered ?? [],
    rows: rows.map((row) => ({ row: byPid.get(row.pid) ?? found.get(row.pid) ?? row, ended: ended.has(row.pid) })),
    waiting,
    ended,
    isPending: page.isPending,
    error: page.error,
    showWaiting: () => page.data !== undefined && setHeld({ key, rows: page.data.rows }),
  }
}
