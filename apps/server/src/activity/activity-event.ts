import type { EngineEvent, Origin } from '@strata/runtime'
import type { Role } from '../auth/role.ts'
import type { LimitName } from '../settings/limits.ts'

/** Facts of the server itself, beside the engine's. */
export type ServerEvent = {
  readonly at: string
  readonly node: string
  readonly origin?: Origin
} /** `how` and `from`, the address, are not known of old entries. */ & (
  | {
      readonly type: 'signed_in'
      readonly actor: string
      readonly how?: 'link' | 'password' | 'oidc' | 'invitation'
      readonly from?: string
    }
  | { readonly type: 'signed_out'; readonly actor: string }
  /** `times` within a minute: whoever tries codes cannot push the rest of the timeline out. */
  | { readonly type: 'sign_in_refused'; readonly why: SignInRefusal; readonly times: number }
  | { readonly type: 'sign_in_link_made'; readonly actor: string }
  /** An act that was asked for and not done, with what it was asked of. */
  | {
      readonly type: 'act_refused'
      readonly actor: string
      /** The call, such as `modules.hold`. */
      readonly call: string
      /** What it is called on the command line. Absent in what earlier releases told. */
      readonly verb?: string
      readonly code: string
      readonly modules: readonly string[]
    }
  /** An act with a plan that was taken back before it began, that was to begin no further part, or that the server's end cut off. */
  | {
      readonly type: 'act_cancelled' | 'act_stopped' | 'act_interrupted'
      readonly actor: string
      readonly reason: string
      readonly act: string
      readonly title: string
      readonly modules: readonly string[]
    }
  /** Somebody read what not everybody may: a source, a process's state or messages. Told once in ten minutes of one reader and target. */
  | {
      readonly type: 'content_read'
      readonly actor: string
      /** What was read: the call's verb, such as `source`. */
      readonly verb: string
      readonly target: string
      readonly modules: readonly string[]
    }
  | {
      readonly type: 'limits_changed'
      readonly actor: string
      readonly reason: string
      readonly modules: readonly string[]
      /** `crashesPerMinute of session`; without a module it is every module's default. */
      readonly changes: readonly {
        readonly limit: LimitName
        readonly module: string | null
        readonly before: number | null
        readonly after: number | null
      }[]
    }
  /** What was done and what is left was written down for whoever comes next. */
  | { readonly type: 'handover_written'; readonly actor: string; readonly hours: number }
  /** Entries of the trail were taken out of it, as a file. */
  | {
      readonly type: 'trail_exported'
      readonly actor: string
      readonly format: 'jsonl' | 'csv'
      readonly entries: number
      /** Newest of them, whose hash is `head`. */
      readonly newest: number
      readonly head: string
    }
  /** `downMs`: since the server was last seen. `interrupted`: ids of acts that were running. */
  | {
      readonly type: 'server_restarted'
      readonly after: 'crash' | 'stop'
      readonly downMs: number
      readonly interrupted: readonly string[]
      readonly safe: boolean
    }
  | { readonly type: 'server_stopped' }
  /** `again`: a fresh link for an account that was there. */
  | { readonly type: 'person_invited'; readonly actor: string; readonly person: string; readonly role: Role; readonly again: boolean }
  /** `of`: who made the link. Absent in what earlier releases told. */
  | { readonly type: 'invitation_accepted'; readonly actor: string; readonly through: 'password' | 'oidc'; readonly of?: string }
  | {
      readonly type: 'role_changed'
      readonly actor: string
      readonly person: string
      readonly was: Role
      readonly is: Role
      readonly reason: string
    }
  | { readonly type: 'person_disabled' | 'person_enabled'; readonly actor: string; readonly person: string; readonly reason: string }
  /** `ended`: other sessions of theirs, which ended with the old password. */
  | { readonly type: 'password_changed'; readonly actor: string; readonly person: string; readonly ended: number }
  | { readonly type: 'sessions_ended'; readonly actor: string; readonly person: string; readonly ended: number }
  /** `within`: the modules to which it is narrowed. */
  | {
      readonly type: 'token_made'
      readonly actor: string
      readonly token: string
      readonly role: Role
      readonly expiresAt: string | null
      readonly verbs: readonly string[] | null
      readonly within: readonly string[] | null
    }
  | { readonly type: 'token_revoked'; readonly actor: string; readonly token: string }
  | { readonly type: 'identity_linked'; readonly actor: string; readonly issuer: string }
  | {
      readonly type: 'setting_changed'
      readonly actor: string
      readonly setting: 'second-person'
      readonly was: boolean
      readonly is: boolean
      readonly reason: string
    }
  | {
      readonly type: 'approval_asked'
      readonly actor: string
      readonly plan: string
      readonly verb: string
      readonly modules: readonly string[]
      readonly reason: string
    }
  | {
      readonly type: 'plan_approved' | 'plan_declined'
      readonly actor: string
      readonly plan: string
      readonly owner: string
      readonly verb: string
      readonly modules: readonly string[]
      readonly reason: string
    }
  /** An act went past the second person, and waits for somebody else's signature. */
  | {
      readonly type: 'glass_broken'
      readonly actor: string
      readonly act: string
      readonly verb: string
      readonly modules: readonly string[]
      readonly reason: string
    }
  | {
      readonly type: 'glass_signed'
      readonly actor: string
      readonly act: string
      readonly owner: string
      readonly modules: readonly string[]
      readonly reason: string
    }
  | { readonly type: 'backup_made'; readonly actor: string; readonly path: string; readonly bytes: number; readonly head: string }
  /** `access`: whose accounts and tokens hold; `secondPerson`: whether purges take one now. Absent in what earlier releases told. */
  | {
      readonly type: 'store_restored'
      readonly actor: string
      readonly path: string
      readonly head: string
      readonly access?: 'present' | 'backup'
      readonly secondPerson?: boolean
    }
)

/** A link's state, a wrong name or password, or what a provider said that did not fit. */
export type SignInRefusal = 'unknown' | 'spent' | 'expired' | 'password' | 'oidc'

type WithoutPlace<E> = E extends ServerEvent ? Omit<E, 'at' | 'node' | 'origin'> : never
export type ServerFact = WithoutPlace<ServerEvent>

export type ActivityEvent = Exclude<EngineEvent, { type: 'sampled' }> | ServerEvent

/** A line of the timeline. Ids rise by one over all lives of the server; `seq` of an engine's event counts within its `life`. */
export type ActivityLine = { readonly id: number; readonly life: string } & ActivityEvent

/** Who did it, as far as somebody did. */
export function actorOf(event: ActivityEvent): string | null {
  if ('by' in event && event.by !== undefined) return event.by?.actor ?? null
  if ('mark' in event) return event.mark.by
  return 'actor' in event ? event.actor : null
}

/** Where it came from, as far as somebody asked for it. */
export function originOf(event: ActivityEvent): Origin | null {
  if ('origin' in event) return event.origin ?? null
  return 'by' in event ? (event.by?.origin ?? null) : null
}

/** Modules that an event speaks of. */
export function modulesOf(event: ActivityEvent): readonly string[] {
  const named: unknown[] = []
  if ('module' in event) named.push(event.module)
  if ('modules' in event && Array.isArray(event.modules)) named.push(...(event.modules as unknown[]))
  if ('generations' in event && Array.isArray(event.generations)) named.push(...(event.generations as unknown[]))
  if ('crash' in event) named.push(event.crash.module)
  return named.flatMap((name) => {
    if (typeof name === 'string') return name
    return typeof name === 'object' && name !== null && 'module' in name && typeof name.module === 'string' ? name.module : []
  })
}
