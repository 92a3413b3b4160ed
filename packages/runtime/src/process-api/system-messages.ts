import type { ExitReason } from '../exit-reason.ts'

// What every behaviour understands besides its own messages, for whoever asks: another process, or the host.

export type SystemRequest =
  /** Takes no message but these until `resume`. Does not nest (G10). */
  | { readonly type: 'suspend' }
  | { readonly type: 'resume' }
  | { readonly type: 'getState' }
  | { readonly type: 'replaceState'; readonly state: unknown }
  /**
   * Asks generation `to` for `codeChange(from, state)`, on a copy of the state and in a process of its own, so that one that never returns is ended after `timeoutMs` (5,000). The process
   * then has the new state and its callbacks from `to`; with `dryRun`, or when that failed, all is as before. Only while suspended (G6).
   */
  | { readonly type: 'changeCode'; readonly to: number; readonly timeoutMs?: number; readonly dryRun?: boolean }
  /** Ends as by a result with `stop`. */
  | { readonly type: 'stop'; readonly reason: unknown }

/** Sent by `call`. */
export interface SystemMessage {
  readonly $system: SystemRequest
}

export type SystemAnswer =
  | { readonly status: 'suspended' }
  | { readonly status: 'running' }
  | { readonly status: 'stopping' }
  | { readonly status: 'state'; readonly suspended: boolean; readonly generation: number; readonly state: unknown }
  /** It holds what cannot be copied; `path` says where. */
  | { readonly status: 'unreadable'; readonly why: string }
  | { readonly status: 'changed'; readonly from: number; readonly to: number }
  | { readonly status: 'would_change'; readonly from: number; readonly to: number; readonly before: unknown; readonly after: unknown }
  /** The state and where callbacks come from are as before. */
  | { readonly status: 'failed'; readonly reason: ExitReason }
  | { readonly status: 'not_suspended' }
  | { readonly status: 'unknown_generation'; readonly generation: number }
  | { readonly status: 'unknown_request' }
