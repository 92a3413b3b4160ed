import { formatPlural } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { trpc } from '../../api/client.ts'

const REFRESH_MS = 1000

/** How many wait behind a process that has its scheduler. */
export function WaitingBehind({ pid }: { pid: string }) {
  const { data } = useQuery(trpc.schedulers.list.queryOptions(undefined, { refetchInterval: REFRESH_MS }))
  const scheduler = data?.find((one) => one.pid === pid)
  if (scheduler === undefined || scheduler.runQueue === 0) return null
  return <span>{formatPlural(scheduler.runQueue, 'process waits', 'processes wait')} behind it.</span>
}
