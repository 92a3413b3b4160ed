import type { TraceEntry } from '@strata/runtime'
import { useQuery } from '@tanstack/react-query'
import type { Outputs } from '../../api/client.ts'
import { client, queryClient } from '../../api/client.ts'
import { useLive } from '../../api/live-store.ts'

export type Trace = Outputs['traces']['begin']

const READ_AGAIN_MS = 700

interface Seen {
  readonly trace: Trace
  readonly entries: readonly TraceEntry[]
}

/** What a trace has seen so far: read on from where it was until it has ended. */
export function useTrace(id: string) {
  const paused = useLive((state) => state.pausedAtMs !== null)
  const queryKey = ['message-trace', id]
  return useQuery({
    queryKey,
    queryFn: async (): Promise<Seen> => {
      const known = queryClient.getQueryData<Seen>(queryKey)?.entries ?? []
      const entries = [...known]
      for (;;) {
        const page = await client.traces.entries.query({ trace: id, after: entries.length })
        entries.push(...page.entries)
        if (entries.length >= page.seen) return { trace: page, entries }
      }
    },
    refetchInterval: ({ state }) => (paused || state.status === 'error' || hasEnded(state.data) ? false : READ_AGAIN_MS),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

function hasEnded(seen: Seen | undefined): boolean {
  return seen !== undefined && seen.trace.end !== null
}
