import type { Pid } from '../ids.ts'
import type { Rendered } from '../process/render-value.ts'

/**
 * `exit`: an exit signal, as a message to who traps exits. `down`: of a monitor. `ended`: the traced process itself, with its reason.
 */
export type TraceKind = 'message' | 'call' | 'reply' | 'exit' | 'down' | 'ended'

/** What a traced process got or sent (TRACE1). */
export interface TraceEntry {
  /** ISO 8601, of its scheduler's clock. */
  readonly at: string
  /** The traced process: one that is on both ends has two entries. */
  readonly pid: Pid
  readonly direction: 'received' | 'sent' | 'ended'
  readonly kind: TraceKind
  /** `0.0` is the host; `null` where it is not known: the message was under way from another scheduler before the trace began. */
  readonly from: string | null
  readonly to: string
  readonly preview: Rendered
}

/** `messages`, `time`: the limit that came first. `ended`: none of its processes lives. */
export type TraceEnd = 'messages' | 'time' | 'stopped' | 'ended'

/** A trace without what it saw. */
export interface TraceView {
  readonly id: string
  readonly pids: readonly Pid[]
  /** Which they were in when it began. */
  readonly modules: readonly string[]
  /** Entries at most. */
  readonly messages: number
  readonly forMs: number
  readonly startedAt: string
  /** Who began it. */
  readonly actor: string
  readonly seen: number
  /** Went by unseen between the last entry and its end. */
  readonly dropped: number
  readonly end: { readonly why: TraceEnd; readonly at: string } | null
}

/** Entries from `after` on; `next` is the `after` of the next page. */
export interface TracePage extends TraceView {
  readonly entries: readonly TraceEntry[]
  readonly next: number
}
