import type { ExitReason } from '../exit-reason.ts'
import type { Pid } from '../ids.ts'
import type { Pin } from './pin-views.ts'
import type { Rendered } from '../process/render-value.ts'
import type { ProcessSort } from '../process-sort.ts'
import type { VictimCause } from '../victim-cause.ts'

export type * from './code-views.ts'
export type * from './pin-views.ts'

// The wire types: plain data, the only way out for observers. Times are ISO 8601 UTC, counts are numbers of processes,
// durations end in `Ms`, sizes in `Bytes`.

/** `slowed`: it has sent to another scheduler more than that takes, and gets no turn until there is room (MSG5). */
export type ProcessStatus = 'running' | 'runnable' | 'waiting' | 'slowed' | 'suspended'

/** `busy` uses its turns up, `holding` is in synchronous code with checks, `stuck` is in one native call without. */
export type ProcessLoad = 'busy' | 'holding' | 'stuck'

export interface BehaviourView {
  /** `server`, `state-machine`, `supervisor`, `task`, … */
  readonly kind: string
  /** `null` where it calls no module back: a table, a task of a local function. */
  readonly module: string | null
}

export interface ProcessRow {
  readonly pid: Pid
  readonly name: string | null
  /** Innermost frame of user code; `null` before the first turn. Between two callbacks of a behaviour the module that it calls back. */
  readonly module: string | null
  /** `null` also where the next callback is of what is current by then. */
  readonly generation: number | null
  /** Whose loop it runs, and which module that calls back. */
  readonly behaviour: BehaviourView | null
  readonly function: string | null
  readonly at: string | null
  readonly status: ProcessStatus
  readonly load: ProcessLoad | null
  readonly queueLength: number
  readonly reductions: number
  /** Over the last seconds; `null` until it has been watched for one (RATE1). */
  readonly reductionsPerSecond: number | null
  /** Messages that came. */
  readonly messagesPerSecond: number | null
  readonly startedAt: string
  readonly pins: readonly Pin[]
}

export interface ProcessDetail extends ProcessRow {
  /** Module and export, or function, it was spawned with. */
  readonly entry: string
  readonly parent: Pid | null
  /** Whose child it is; `null`: nobody supervises it. */
  readonly supervisor: SupervisorOfView | null
  /** The first 100, as of its monitors. */
  readonly links: readonly Pid[]
  readonly monitors: readonly Pid[]
  readonly monitoredBy: readonly Pid[]
  /** How many there are of each in all. */
  readonly related: { readonly links: number; readonly monitors: number; readonly monitoredBy: number }
  readonly trapExit: boolean
  /** How many messages may wait, what happens to one more, and how many were dropped. */
  readonly queueLimit: { readonly max: number; readonly whenFull: 'drop-newest' | 'drop-oldest' | 'exit'; readonly dropped: number } | null
  readonly strands: number
  readonly timers: number
  /** Frames of the first strand, innermost first. */
  readonly stack: readonly { function: string; at: string; module: string; generation: number }[]
  /** The innermost module exports the message for it. */
  readonly canUpgrade: boolean
  readonly canPreview: boolean
}

/** A process's place under its supervisor. */
export interface SupervisorOfView {
  readonly pid: Pid
  readonly name: string | null
  /** Id of the child, how it is restarted, and how often it was. */
  readonly child: string
  readonly restart: 'permanent' | 'transient' | 'temporary'
  readonly restarts: number
}

export interface SupervisedView {
  readonly id: string
  /** `null` while it does not run. */
  readonly pid: Pid | null
  readonly name: string | null
  readonly status: 'running' | 'restarting' | 'stopped'
  /** Which behaviour it is; `process` where it is none. */
  readonly kind: string
  readonly module: string
  readonly export: string | null
  readonly restart: 'permanent' | 'transient' | 'temporary'
  readonly significant: boolean
  readonly restarts: number
}

export interface SupervisorView {
  readonly pid: Pid
  readonly name: string | null
  readonly module: string
  /** Its own supervisor, and how deep it is below the outermost one. */
  readonly supervisor: Pid | null
  readonly depth: number
  readonly startedAt: string
  readonly strategy: 'one-for-one' | 'one-for-all' | 'rest-for-one' | 'dynamic'
  readonly intensity: number
  readonly periodMs: number
  readonly autoShutdown: 'never' | 'any' | 'all'
  /** How many restarts it bears now before it gives up. */
  readonly restartsLeft: number
  /** All since it was started. */
  readonly restarts: number
  readonly childCount: number
  /** The first 100, in start order. */
  readonly children: readonly SupervisedView[]
}

export interface SupervisorQuery {
  /** One supervisor with all below it. */
  readonly root?: Pid
  readonly offset?: number
  /** 500 at most. */
  readonly limit?: number
}

/** Each supervisor before those that it supervises. */
export interface SupervisorPage {
  /** Of the schedulers that answered. */
  readonly total: number
  readonly rows: readonly SupervisorView[]
  /** Schedulers that could not answer now, if any: their supervisors are missing here. */
  readonly unanswered?: readonly number[]
}

/** Which processes: all that meet every condition. */
export interface ProcessFilter {
  /** With `generation`: processes that pin it. Alone: processes that pin any generation of the module, or are a behaviour's that calls it back. */
  readonly module?: string
  readonly generation?: number
  readonly status?: ProcessStatus
  readonly load?: ProcessLoad
  /** Case-insensitive text in pid, name, module, function or place; 200 characters at most. */
  readonly search?: string
  /** At least so many messages wait. */
  readonly queueMin?: number
  /** Started so long ago or longer, in seconds. */
  readonly ageMinSeconds?: number
  /** With `module`: the oldest pin of it, or of the named generation, is so old or older, in seconds. */
  readonly pinnedMinSeconds?: number
}

export interface ProcessQuery extends ProcessFilter {
  readonly sort?: ProcessSort
  readonly descending?: boolean
  readonly offset?: number
  /** 500 at most. */
  readonly limit?: number
}

export interface ProcessPage {
  /** Of the schedulers that answered. */
  readonly total: number
  readonly rows: readonly ProcessRow[]
  /** Schedulers that could not answer now, if any: their processes are missing here. */
  readonly unanswered?: readonly number[]
}

/** A process that an act will end or has ended: what was known of it. */
export interface Victim {
  readonly pid: Pid
  readonly name: string | null
  readonly function: string | null
  readonly at: string | null
  readonly module: string | null
  readonly generation: number | null
  readonly queueLength: number
  readonly startedAt: string
  readonly links: readonly Pid[]
  readonly because: VictimCause
}

/** PLAN3: what supervisors do about the ends of an act's victims. */
export interface Follows {
  /** They end themselves; outermost last. */
  readonly givingUp: readonly {
    readonly pid: Pid
    readonly name: string | null
    readonly module: string | null
    readonly because: 'gives_up' | 'shuts_down'
    readonly intensity: number
    readonly periodMs: number
    /** Its children among the victims whose ends it does not bear. */
    readonly ended: readonly Pid[]
    /** All its other children, which it stops. */
    readonly falls: readonly Pid[]
    /** Its own supervisor. */
    readonly supervisor: Pid | null
  }[]
  readonly restarts: readonly {
    readonly supervisor: Pid
    readonly supervisorName: string | null
    /** Id of the child. */
    readonly child: string
    /** Who ends there. */
    readonly pid: Pid | null
    readonly module: string
    /** What is entered, or which behaviour calls the module back. */
    readonly export: string | null
    readonly behaviour: string | null
    /** Into which generation: the one that is current when the plan is made. */
    readonly generation: number | null
  }[]
}

export interface VictimsView {
  readonly victims: Victim[]
  readonly follows: Follows
}

export interface SchedulerView {
  readonly id: number
  readonly status: 'idle' | 'working' | 'holding' | 'stuck' | 'starting'
  /** Processes that could run: while one holds the scheduler, those that wait behind it. */
  readonly runQueue: number
  readonly processes: number
  /** In use, garbage and buffers among it. */
  readonly heapBytes: number
  readonly heapLimitBytes: number
  /** Share of the last second spent in turns, 0 to 1. */
  readonly utilisation: number
  /** Who has its turn, and where. */
  readonly pid: Pid | null
  readonly module: string | null
  readonly generation: number | null
  readonly function: string | null
  readonly at: string | null
  readonly heldMs: number
}

/** One second of the system. `bands` counts processes by the generations that they pin. */
export interface Sample {
  readonly at: string
  readonly processes: number
  readonly bands: readonly { module: string; generation: number; pins: number; crashes: number }[]
  readonly messagesPerSecond: number
  readonly reductionsPerSecond: number
  readonly queued: number
  /** Of each module whose processes have a backlog, where there is one. Absent in what earlier releases kept. */
  readonly queues?: readonly QueueTally[]
  readonly utilisation: number
  readonly heapBytes: number
}

/** Messages that wait in the queues of a module's processes. */
export interface QueueTally {
  readonly module: string
  readonly queued: number
}

export interface RuntimeView {
  readonly status: 'starting' | 'running' | 'restarting' | 'stopped'
  readonly osPid: number | null
  readonly startedAt: string
  readonly restarts: number
  readonly system: string
  readonly folder: string
  /** Why no process of the system runs; `null` when they do. */
  readonly safeMode: string | null
}

/** CRASH1: what was known of a process that crashed, beside its reason. */
export interface CrashScene {
  /** When it ended by its scheduler's clock, which tells when its successor started, too. */
  readonly at: string
  /** Module and export, or function, it was spawned with; of a behaviour its kind and module. */
  readonly entry: string
  readonly parent: Pid | null
  readonly startedAt: string
  /** The first 20. */
  readonly links: readonly Pid[]
  readonly linked: number
  readonly queueLength: number
  /** So often its supervisor had started that child again before; `null`: no supervisor counts it. */
  readonly restarts: number | null
  /** What a behaviour was handling, as text; `null`: nothing, or a raw loop, of which nobody knows. */
  readonly lastMessage: Rendered | null
}

export type CrashReport = CrashFacts & CrashScene

export interface CrashFacts {
  readonly pid: Pid
  readonly name: string | null
  readonly module: string | null
  readonly generation: number | null
  readonly reason: ExitReason
}

export type PreviewView =
  | { readonly status: 'none' }
  | { readonly status: 'no_answer'; readonly why: string }
  | {
      readonly status: 'answered'
      readonly document: string
      readonly own: { readonly module: string; readonly generation: number; readonly output: string }
      readonly current: { readonly generation: number; readonly output: string } | null
    }
