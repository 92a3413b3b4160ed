import type { Plan } from '@strata/runtime'
import type { Role } from './role.ts'

/** Who may make a call. Every procedure declares one (`trpc.ts`), and one gate checks it, for calls and streams alike. */
export interface Rule {
  /** `anyone`: also who is not signed in. `machine`: only who can read the server's own token. */
  readonly access: 'anyone' | 'machine' | Role
  /** What it is called on the command line. Tokens are narrowed by it, and the console asks for it. */
  readonly verb: string
  /** Verb and role are those of the plan that is `asked` for (the input's `verb`), or that is `kept` under the input's `id`. */
  readonly plan: 'asked' | 'kept' | null
  /** Only for people themselves and who is at the machine: a token that was stolen must not make itself at home. */
  readonly isPersons: boolean
  /** As a mutation it changes something: the server's stop waits for it, and a refused one is an entry of the trail. */
  readonly isAct: boolean
  /** It shows a source, a state or messages: who looked is an entry of the trail. */
  readonly showsContent: boolean
}

/** Which role each act with a plan needs. */
export const PLAN_ROLES: Readonly<Record<Plan['verb'], Role>> = {
  kill: 'operator',
  exit: 'operator',
  suspend: 'operator',
  resume: 'operator',
  upgrade: 'operator',
  move: 'operator',
  load: 'deployer',
  purge: 'deployer',
  rollback: 'deployer',
  delete: 'deployer',
  'restart-scheduler': 'deployer',
}

export function isPlanVerb(text: unknown): text is Plan['verb'] {
  return typeof text === 'string' && Object.hasOwn(PLAN_ROLES, text)
}
