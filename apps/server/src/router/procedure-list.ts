import { InvariantError } from '@strata/runtime'
import type { Rule } from '../auth/rule.ts'
import { isPlanVerb, PLAN_ROLES } from '../auth/rule.ts'
import { appRouter } from './app-router.ts'

export interface ListedProcedure {
  /** `modules.list`. */
  readonly path: string
  readonly type: 'query' | 'mutation' | 'subscription'
  readonly rule: Rule
}

/** Every procedure with the rule that it declares. */
export function listProcedures(): readonly ListedProcedure[] {
  // At run time the record is flat, by path; its type still nests.
  const procedures: unknown = appRouter._def.procedures
  return Object.entries(procedures as Readonly<Record<string, Procedure>>).map(([path, { _def }]) => {
    if (_def.meta === undefined) throw new InvariantError(`the procedure ${path} declares no rule`)
    return { path, type: _def.type, rule: _def.meta }
  })
}

interface Procedure {
  readonly _def: { readonly type: ListedProcedure['type']; readonly meta?: Rule }
}

/** Which role each verb needs, for a console that shows what yours allows. A verb of several calls needs what the strictest one does. */
export function verbRoles(): Readonly<Record<string, Rule['access']>> {
  const order: readonly Rule['access'][] = ['anyone', 'viewer', 'operator', 'deployer', 'admin', 'machine']
  const roles: Record<string, Rule['access']> = { ...PLAN_ROLES }
  for (const { rule } of listProcedures()) {
    if (rule.plan !== null || isPlanVerb(rule.verb)) continue
    const known = roles[rule.verb]
    if (known === undefined || order.indexOf(rule.access) > order.indexOf(known)) roles[rule.verb] = rule.access
  }
  return roles
}
