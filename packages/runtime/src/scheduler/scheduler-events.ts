import type { ExitReason } from '../exit-reason.ts'
import type { ModuleGeneration, Pid } from '../ids.ts'
import type { TraceEntry } from '../inspect/trace-view.ts'
import type { CrashFacts, CrashScene } from '../inspect/views.ts'

/** What a scheduler tells the control plane without being asked. */
export type SchedulerEvent =
  | { readonly type: 'crashed'; readonly crash: CrashFacts; readonly scene: CrashScene }
  /** An error that no process owns (STR5), or one left behind by a body (GEN11). */
  | { readonly type: 'error'; readonly message: string }
  /** V8 has freed the code of a purged generation (PIN7). */
  | { readonly type: 'reclaimed'; readonly module: string; readonly generation: number; readonly tookMs: number }
  /** A minute after its purge something still reaches the code of a generation. */
  | { readonly type: 'retained'; readonly module: string; readonly generation: number }
  /** Code of a purged generation was reached so many times (PIN6). `at`, `from`: line and generation of the caller; `null` for native code. */
  | {
      readonly type: 'purged_reached'
      readonly module: string
      readonly generation: number
      readonly count: number
      readonly at: string | null
      readonly from: string | null
    }
  /** A process has killed one of another scheduler, whose turn may come to no end. */
  | { readonly type: 'kill_sent'; readonly pid: Pid }
  /** A traced process got or sent something (TRACE1). */
  | { readonly type: 'traced'; readonly trace: string; readonly entry: TraceEntry }
  /** A process sent to a mailbox of the host. */
  | { readonly type: 'host_message'; readonly to: Pid; readonly message: unknown }
  /** A process answered a call of the host. */
  | { readonly type: 'replied'; readonly ref: string; readonly value: unknown }
  /** A process that the host waits for ended without an answer. */
  | { readonly type: 'call_ended'; readonly ref: string; readonly reason: ExitReason }

/** Counters since the scheduler started, and what is there now. Rates are differences of two samples. */
export interface SchedulerSample {
  readonly processes: number
  readonly runQueue: number
  /** Messages waiting in all queues. */
  readonly queued: number
  readonly queues: readonly { readonly module: string; readonly queued: number }[]
  readonly messages: number
  readonly reductions: number
  /** Milliseconds spent in turns. */
  readonly busyMs: number
  readonly turns: number
  readonly heapBytes: number
  readonly heapLimitBytes: number
  /** Per generation: processes that pin it, oldest pin's start, abnormal ends since it was instantiated. */
  readonly generations: readonly {
    readonly module: string
    readonly generation: number
    readonly pins: number
    readonly oldestAt: string | null
    readonly readBy: readonly ModuleGeneration[]
    readonly crashes: number
  }[]
}
