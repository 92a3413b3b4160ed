import { useQuery } from '@tanstack/react-query'
import type { Environment } from '@strata/server'
import { useEffect } from 'react'
import { trpc } from '../api/client.ts'
import { usePageName } from './use-page-title.ts'

/** Name and colour of the environment, as the server was told; `null` until it is known. */
export function useEnvironment(): Environment | null {
  const info = useQuery(trpc.system.info.queryOptions(undefined, { staleTime: 60_000 }))
  return info.data?.environment ?? null
}

/** The environment's name on its colour: on every page and in every dialog that destroys something. */
export function EnvironmentTag() {
  const environment = useEnvironment()
  if (environment === null) return null
  const colour = environment.colour ?? 'var(--accent)'
  return (
    <span
      className="inline-flex max-w-40 min-w-0 items-center gap-1.5 rounded border px-1.5 text-xs leading-5 font-medium"
      style={{ borderColor: colour, background: `color-mix(in oklab, ${colour} 14%, var(--surface))` }}
    >
      <span className="sr-only">Environment </span>
      <span aria-hidden="true" className="size-1.5 shrink-0 rounded-full" style={{ background: colour }} />
      <span className="truncate">{environment.name}</span>
    </span>
  )
}

/** Keeps the window's title: page, environment. */
export function useWindowTitle(): void {
  const environment = useEnvironment()
  const page = usePageName((state) => state.name)
  useEffect(() => {
    document.title = [page, environment?.name, 'Strata'].filter((part) => part !== undefined && part !== '').join(' · ')
  }, [page, environment])
}
