import type { ServerFault } from '../fault.ts'
import { includesRole, type Role } from './role.ts'
import type { Rule } from './rule.ts'

/** What a caller may do at this moment. */
export interface Standing {
  readonly role: Role
  /** The caller can read the server's own token: it is at the machine. */
  readonly isMachine: boolean
  /** A token of somebody's, in a script: what has to be a person is not for it. */
  readonly isScript: boolean
  /** Verbs beyond a viewer's to which a token is narrowed. */
  readonly verbs: readonly string[] | null
  /** Modules to which a token is narrowed: these, and all below them. */
  readonly modules: readonly string[] | null
}

/** Everything that somebody with this role may do. */
export function fullStanding(role: Role, isMachine = false): Standing {
  return { role, isMachine, isScript: false, verbs: null, modules: null }
}

export type AccessRefusal = Extract<ServerFault, { code: 'forbidden' }>

/** Why a caller may not make a call, or `null`. `who` names people whose role is enough. */
export function decideAccess(
  { access, verb, isPersons }: Pick<Rule, 'access' | 'verb' | 'isPersons'>,
  standing: Standing,
  who: (role: Role) => readonly string[],
): AccessRefusal | null {
  if (access === 'anyone') return null
  if (access === 'machine') return standing.isMachine ? null : { code: 'forbidden', why: 'token_only' }
  if (!includesRole(standing.role, access))
    return { code: 'forbidden', why: 'role', verb, needs: access, has: standing.role, who: who(access) }
  if (isPersons && standing.isScript) return { code: 'forbidden', why: 'person_only', verb }
  if (access !== 'viewer' && standing.verbs !== null && !standing.verbs.includes(verb))
    return { code: 'forbidden', why: 'token_verb', verb, allowed: standing.verbs }
  return null
}

/** Why a narrowed token may not touch these modules, or `null`. What touches no module at all is beyond its bounds, too. */
export function decideModules(standing: Standing, modules: readonly string[]): AccessRefusal | null {
  const { modules: allowed } = standing
  if (allowed === null) return null
  if (modules.length === 0) return { code: 'forbidden', why: 'token_module', module: null, allowed }
  const beyond = modules.find((module) => !allowed.some((prefix) => isBelow(module, prefix)))
  return beyond === undefined ? null : { code: 'forbidden', why: 'token_module', module: beyond.slice(0, 120), allowed }
}

/** `billing` covers `billing` and `billing/pricing`, not `billings`. */
function isBelow(module: string, prefix: string): boolean {
  return module === prefix || module.startsWith(`${prefix}/`)
}
