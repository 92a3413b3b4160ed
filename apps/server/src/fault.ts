import type { Fault } from '@strata/runtime'
import type { Role } from './auth/role.ts'
import type { ActView } from './acts/act-registry.ts'
import type { PlanView } from './plans/plan-registry.ts'

export interface InputIssue {
  /** Where in the input, as zod names it: `['sources', 0, 'text']`. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Refusals of the server itself, beside the engine's. */
export type ServerFault =
  | {
      readonly code: 'changed_meanwhile'
      readonly changes: Extract<Fault, { code: 'changed_meanwhile' }>['changes']
      readonly plan: PlanView | null
    }
  | { readonly code: 'unauthenticated'; readonly why: 'signed_out' | 'session_ended' | 'wrong_token' }
  /** One answer for a wrong name and a wrong password: it reveals no accounts. */
  | { readonly code: 'invalid_credentials' }
  | { readonly code: 'weak_password'; readonly why: 'short' | 'repeats' | 'name'; readonly min: number }
  | { readonly code: 'unknown_person'; readonly person: string }
  | { readonly code: 'person_disabled'; readonly person: string }
  /** Names are given once: `person` is the name of an account, or of a token such as `anna/deploy`. */
  | { readonly code: 'name_taken'; readonly person: string }
  /** The owner stays an admin: whoever has the machine can restart everything anyway. */
  | { readonly code: 'owner_fixed' }
  /** Somebody else signs in with this identity. */
  | { readonly code: 'identity_taken'; readonly person: string }
  /** No identity provider is set up, or it does not answer. */
  | { readonly code: 'no_provider'; readonly why: 'not_set_up' | 'away' }
  | { readonly code: 'unknown_session'; readonly session: string }
  | { readonly code: 'unknown_token'; readonly token: string }
  | { readonly code: 'too_many_tokens'; readonly limit: number }
  | { readonly code: 'invalid_code'; readonly why: 'unknown' | 'spent' | 'expired' }
  | { readonly code: 'forbidden'; readonly why: 'foreign_origin' | 'not_same_origin' | 'token_only' }
  | { readonly code: 'forbidden'; readonly why: 'not_your_plan'; readonly plan: string; readonly owner: string }
  /** The caller's role does not include the one that is needed; `who`: some who have it. */
  | {
      readonly code: 'forbidden'
      readonly why: 'role'
      readonly verb: string
      readonly needs: Role
      readonly has: Role
      readonly who: readonly string[]
    }
  /** It takes a person, or who is at the machine; this is a token in a script. */
  | { readonly code: 'forbidden'; readonly why: 'person_only'; readonly verb: string }
  /** The token was narrowed to other verbs, or to other modules (`null`: what was asked for touches none by name). */
  | { readonly code: 'forbidden'; readonly why: 'token_verb'; readonly verb: string; readonly allowed: readonly string[] }
  | { readonly code: 'forbidden'; readonly why: 'token_module'; readonly module: string | null; readonly allowed: readonly string[] }
  | { readonly code: 'plan_required'; readonly verb: 'load' }
  /** It purges by force, and a second person has to approve it first; `asked`: somebody is asked already. */
  | { readonly code: 'approval_required'; readonly plan: string; readonly asked: boolean }
  /** Whoever made it is whoever would approve or sign it: it takes another person. */
  | { readonly code: 'same_person'; readonly person: string }
  /** `maker` made the link by which `person` came in, or let in who made it: until then `person` is no second person for them. */
  | { readonly code: 'came_by_link'; readonly person: string; readonly maker: string; readonly until: string }
  | { readonly code: 'signed_already'; readonly act: string; readonly by: string }
  | { readonly code: 'unknown_plan'; readonly plan: string }
  | { readonly code: 'plan_used'; readonly plan: string }
  /** Its maker made it anew after whoever would approve it had looked at it. */
  | { readonly code: 'plan_renewed'; readonly plan: string; readonly owner: string }
  | { readonly code: 'plan_expired'; readonly plan: string; readonly expiredAt: string }
  | { readonly code: 'too_many_plans'; readonly limit: number }
  | { readonly code: 'too_many_limits'; readonly limit: number }
  | { readonly code: 'unknown_act'; readonly act: string }
  /** An act can be cancelled or hurried while it waits, and stopped while it runs in parts. */
  | { readonly code: 'act_cannot'; readonly act: string; readonly wanted: 'cancel' | 'now' | 'stop'; readonly status: ActView['status'] }
  /** The server ended while an act ran; `done`: generations for which the history shows that it was carried out, such as `session@3`. */
  | { readonly code: 'interrupted'; readonly done: readonly string[] }
  /** The server is stopping: it takes no more acts. */
  | { readonly code: 'stopping' }
  | { readonly code: 'backup_failed'; readonly why: string }
  | { readonly code: 'invalid_input'; readonly issues: readonly InputIssue[] }
  | { readonly code: 'too_many_requests'; readonly retryAfterMs: number }
  | { readonly code: 'too_many_streams'; readonly limit: number }
  /** Its report is no longer kept, or it had no message. */
  | { readonly code: 'unknown_crash'; readonly pid: string }
  | { readonly code: 'batch_too_large'; readonly limit: number; readonly size: number }
  | { readonly code: 'payload_too_large'; readonly limit: number; readonly size: number | null }
  | { readonly code: 'method_not_allowed'; readonly allowed: string }
  | { readonly code: 'unsupported_media_type'; readonly expected: string }
  | { readonly code: 'misdirected'; readonly host: string; readonly expected: readonly string[] }
  | { readonly code: 'not_found'; readonly path: string }
  | { readonly code: 'internal'; readonly id: string }

/** Every refusal that reaches a client, as `error.data.fault`. */
export type ClientFault = Exclude<Fault, { code: 'changed_meanwhile' }> | ServerFault

export type ClientFaultCode = ClientFault['code']

/** A request that the server refuses. */
export class RefusedError extends Error {
  readonly fault: ServerFault
  constructor(fault: ServerFault) {
    super(fault.code)
    this.name = 'RefusedError'
    this.fault = fault
  }
}

export function refuseCall(fault: ServerFault): never {
  throw new RefusedError(fault)
}
