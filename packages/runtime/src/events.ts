import type { CrashFacts, HoldView, MarkView, PurgeMark, Sample } from './inspect/views.ts'
import type { TraceEnd } from './inspect/trace-view.ts'
import type { ModuleGeneration, Pid } from './ids.ts'
import type { FaultCode } from './errors.ts'
import type { OldPolicy, PinnedGeneration } from './inspect/views.ts'

/** Where a command came from. */
export interface Origin {
  /** The network's. */
  readonly address: string
  readonly client: 'console' | 'cli' | 'api'
  /** Names the request in logs. */
  readonly request: string
}

/** Who asked, and why. Every command carries it, and its event tells it as it was given. */
export interface By {
  readonly actor: string
  readonly reason: string
  readonly origin?: Origin
  /** The plan that it executes. */
  readonly plan?: string
}

export type EventBody =
  | {
      readonly type: 'loaded'
      readonly modules: readonly ModuleGeneration[]
      /** What was current before. Absent in what earlier releases told. */
      readonly replaced?: readonly ModuleGeneration[]
      readonly policy: OldPolicy
      readonly by: By
      readonly killed: readonly Pid[]
      readonly packages: readonly string[]
    }
  | { readonly type: 'load_refused'; readonly modules: readonly string[]; readonly code: FaultCode; readonly by: By }
  | {
      readonly type: 'soft_purged'
      readonly module: string
      readonly purged: readonly number[]
      readonly pinned: readonly PinnedGeneration[]
      readonly by: By
    }
  | {
      readonly type: 'purged'
      readonly module: string
      readonly generations: readonly number[]
      readonly mark: PurgeMark
      readonly skipped: readonly Pid[]
      readonly alsoEnded: readonly Pid[]
      /** Absent in what earlier releases told. */
      readonly by?: By
    }
  | {
      readonly type: 'rolled_back'
      readonly module: string
      readonly from: number | null
      readonly to: number
      readonly made: number
      readonly by: By
    }
  /** `before`, here and of marks: what was there. Absent in what earlier releases told. */
  | { readonly type: 'held'; readonly module: string; readonly until: string | null; readonly before?: HoldView | null; readonly by: By }
  | { readonly type: 'released_hold'; readonly module: string; readonly holder: string; readonly before?: HoldView; readonly by: By }
  | {
      readonly type: 'marked'
      readonly module: string
      readonly number: number
      readonly kind: 'bad' | 'keep'
      readonly on: boolean
      readonly before?: MarkView | null
      readonly by: By
    }
  /** PIN7: a minute after its purge something still reaches the code of a generation. */
  | { readonly type: 'retained'; readonly module: string; readonly number: number }
  /** PIN6: purged code was reached, `count` times since the purge. Told at most once a minute per generation; `place`, `from`: line and generation of the caller. */
  | {
      readonly type: 'purged_code_reached'
      readonly module: string
      readonly number: number
      readonly count: number
      readonly place: string | null
      readonly from: string | null
    }
  /** An operator had the heap read for who retains a generation. */
  | {
      readonly type: 'retainers_read'
      readonly module: string
      readonly number: number
      readonly found: number
      readonly heldMs: number
      readonly by: By
    }
  | { readonly type: 'deleted'; readonly module: string; readonly number: number; readonly by: By }
  | {
      readonly type: 'killed'
      readonly pids: readonly Pid[]
      readonly pending: readonly Pid[]
      readonly notFound: readonly Pid[]
      /** Those that its plan's processes were in, or the one process without a plan. Absent in what earlier releases told. */
      readonly modules?: readonly string[]
      readonly by: By
    }
  | {
      readonly type: 'upgraded'
      readonly moved: readonly Pid[]
      readonly notYet: readonly Pid[]
      readonly ended: readonly Pid[]
      readonly refused: readonly Pid[]
      /** Those that its plan's processes were in. Absent in what earlier releases told. */
      readonly modules?: readonly string[]
      readonly by: By
    }
  /** `modules`, from here on: those that the processes were in. Absent in what earlier releases told. */
  | { readonly type: 'sent'; readonly pid: Pid; readonly modules?: readonly string[]; readonly by: By }
  | { readonly type: 'suspended'; readonly pids: readonly Pid[]; readonly modules?: readonly string[]; readonly by: By }
  /** A move has ended: to which generation, how many, and the first of those that did not go. `stopped`: before all had their turn. */
  | {
      readonly type: 'moved'
      readonly modules: readonly ModuleGeneration[]
      readonly moved: number
      readonly failed: readonly Pid[]
      readonly skipped: readonly Pid[]
      readonly total: { readonly failed: number; readonly skipped: number }
      readonly stopped: boolean
      readonly by: By
    }
  /**
   * Somebody looked at what stands in a process: its queue, its state, or what a move would make of its state. `module`: which it was in; absent in what earlier
   * releases told.
   */
  | {
      readonly type: 'looked'
      readonly what: 'queue' | 'state' | 'move'
      readonly pid: Pid
      readonly module?: string | null
      readonly by: By
    }
  /** TRACE4: somebody looks at what these processes get and send. `modules`, here and of its end: which they were in; absent in what earlier releases told. */
  | {
      readonly type: 'trace_started'
      readonly trace: string
      readonly pids: readonly Pid[]
      readonly modules?: readonly string[]
      readonly messages: number
      readonly forMs: number
      readonly by: By
    }
  /** `by`: who stopped it, else who began it. */
  | {
      readonly type: 'trace_ended'
      readonly trace: string
      readonly pids: readonly Pid[]
      readonly modules?: readonly string[]
      readonly why: TraceEnd
      readonly seen: number
      readonly dropped: number
      readonly by: By
    }
  | { readonly type: 'resumed'; readonly pids: readonly Pid[]; readonly modules?: readonly string[]; readonly by: By }
  /** An operator's exit signal: who ended of it, who still unwinds, who got a message, whom it did not concern. */
  | {
      readonly type: 'exit_sent'
      readonly exitReason: string
      readonly ended: readonly Pid[]
      readonly exiting: readonly Pid[]
      readonly trapped: readonly Pid[]
      readonly ignored: readonly Pid[]
      readonly modules?: readonly string[]
      readonly by: By
    }
  | { readonly type: 'crashed'; readonly crash: CrashFacts }
  | { readonly type: 'crashes_dropped'; readonly count: number }
  | { readonly type: 'error'; readonly message: string }
  | {
      readonly type: 'holding'
      readonly scheduler: number
      readonly pid: Pid | null
      readonly place: string | null
      readonly kind: 'holding' | 'stuck'
      /** Processes that could run and wait behind it. */
      readonly waiting: number
    }
  | { readonly type: 'released'; readonly scheduler: number; readonly heldMs: number }
  /** A turn of a second or more has ended. Where it was, as far as somebody looked while it lasted. */
  | {
      readonly type: 'long_turn'
      readonly scheduler: number
      readonly pid: Pid
      readonly place: string | null
      readonly module: string | null
      readonly tookMs: number
    }
  | {
      readonly type: 'scheduler_restarted'
      readonly scheduler: number
      readonly why: string
      /** Who ran when it ended. */
      readonly pid: Pid | null
      readonly lost: number
      /** Who asked for it; `null` when the thread ended by itself. */
      readonly by: By | null
    }
  /** No process of the system runs until an operator lets them. `actor` is null when the server decided it; `by`, where somebody did, is absent in what earlier releases told. */
  | { readonly type: 'safe_mode'; readonly on: boolean; readonly why: string; readonly actor: string | null; readonly by?: By }
  | { readonly type: 'runtime_restarted'; readonly why: string; readonly restarts: number }
  | { readonly type: 'started'; readonly system: string; readonly modules: number }
  | { readonly type: 'sampled'; readonly sample: Sample }

/** A numbered fact. Numbers rise by one within one life of the engine's host; a gap means: read again. */
export type EngineEvent = { readonly seq: number; readonly at: string; readonly node: string } & EventBody
