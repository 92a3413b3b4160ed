import { useQuery } from '@tanstack/react-query'
import { trpc } from './client.ts'
import { needsRole } from '@strata/server/words'

const ROLES = ['viewer', 'operator', 'deployer', 'admin']

/** Why the caller may not use a verb, for a button's `disabledReason`; `undefined` when it may, or while nobody knows. The server decides. */
export function useMayNot(verb: string): string | undefined {
  const { data } = useQuery(trpc.system.info.queryOptions(undefined, { staleTime: 60_000 }))
  const needs = data?.verbRoles[verb]
  if (data === undefined || needs === undefined || needs === 'anyone') return undefined
  return ROLES.indexOf(data.role) >= ROLES.indexOf(needs) && needs !== 'machine' ? undefined : needsRole(needs, data.role)
}
