import { useQuery } from '@tanstack/react-query'
import { trpc } from '../../api/client.ts'
import { holdBlock } from './guard-words.ts'

/** Why loads, rollbacks and deletes of these modules are off for who is signed in; `undefined` when they are on. */
export function useHeldAgainst(names: readonly string[]): string | undefined {
  const { data: modules } = useQuery(trpc.modules.list.queryOptions())
  const { data: info } = useQuery(trpc.system.info.queryOptions(undefined, { staleTime: 60_000 }))
  for (const module of modules ?? []) {
    const block = names.includes(module.name) ? holdBlock(module.name, module.hold, info?.actor) : undefined
    if (block !== undefined) return block
  }
  return undefined
}
