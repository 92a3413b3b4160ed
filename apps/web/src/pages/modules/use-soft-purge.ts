import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { refreshAll } from '../../api/live.ts'
import { trpc } from '../../api/client.ts'

/** How the last soft purge of a generation went. */
export type SoftPurgeResult =
  | { readonly status: 'purged' }
  | { readonly status: 'kept' }
  | { readonly status: 'pinned'; readonly pids: readonly string[]; readonly readBy: readonly { module: string; number: number }[] }

export interface SoftPurge {
  readonly isPending: boolean
  readonly error: unknown
  readonly results: ReadonlyMap<number, SoftPurgeResult>
  /** Without a number: each old generation on its own. */
  readonly purge: (generation?: number) => void
  readonly dismiss: (generation: number) => void
}

/** Soft purge by one click. It says what happened only once it has. */
export function useSoftPurge(module: string): SoftPurge {
  const [results, setResults] = useState<ReadonlyMap<number, SoftPurgeResult>>(new Map())
  const mutation = useMutation(
    trpc.modules.softPurge.mutationOptions({
      onSuccess: (outcome) => {
        setResults((before) => {
          const next = new Map(before)
          for (const { number } of outcome.purged) next.set(number, { status: 'purged' })
          for (const { number, pids, readBy = [] } of outcome.pinned) next.set(number, { status: 'pinned', pids, readBy })
          for (const { number } of outcome.kept) next.set(number, { status: 'kept' })
          return next
        })
        return refreshAll()
      },
    }),
  )
  return {
    isPending: mutation.isPending,
    error: mutation.error,
    results,
    purge: (generation) => mutation.mutate(generation === undefined ? { module } : { module, generation }),
    dismiss: (generation) => setResults((before) => new Map([...before].filter(([number]) => number !== generation))),
  }
}
