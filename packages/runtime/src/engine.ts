import type { ExitReason } from './exit-reason.ts'
import type { ModuleGeneration, Pid } from './ids.ts'
import type { QueuePreview } from './inspect/preview-queue.ts'
import type { TracePage, TraceView } from './inspect/trace-view.ts'
import type { Rendered } from './process/render-value.ts'
import type { By, EngineEvent } from './events.ts'
import type { Diagnostic } from './diagnostic.ts'
import type {
  Candidate,
  CrashReport,
  CheckView,
  GenerationView,
  ManifestDifference,
  ManifestPage,
  ManifestView,
  ModuleView,
  OldPolicy,
  PinRow,
  PreviewView,
  ProcessDetail,
  ProcessFilter,
  ProcessPage,
  ProcessQuery,
  RetainersView,
  RuntimeView,
  Sample,
  SchedulerView,
  SourceView,
  SupervisorPage,
  SupervisorQuery,
} from './inspect/views.ts'
import type {
  DeletePlan,
  ExitPlan,
  KillPlan,
  LoadPlan,
  MoveObstacle,
  MovePlan,
  Plan,
  PurgePlan,
  RestartPlan,
  ResumePlan,
  RollbackPlan,
  SuspendPlan,
  UpgradePlan,
} from './code/plans.ts'

export interface SourceFile {
  readonly module: string
  readonly text: string
  /** File below the system's folder that relative imports are resolved from; the module's own place when absent. */
  readonly origin?: string
}

export interface LoadRequest {
  readonly sources: readonly SourceFile[]
  readonly old: OldPolicy
  readonly note: string
  /** Refuse with `changed_meanwhile` unless these are current. `null`: nothing is. */
  readonly expectedCurrent?: Readonly<Record<string, number | null>>
  /** Make a generation although the content is current already. */
  readonly again?: boolean
  /** Publish although a scheduler is held: it takes the load over before its next turn (GEN12). */
  readonly late?: boolean
  /** The plan that was shown, when the policy is `purge`: nobody outside it is ended. */
  readonly plan?: LoadPlan
}

export type LoadOutcome =
  | {
      readonly status: 'loaded'
      readonly loaded: readonly ModuleGeneration[]
      readonly purged: readonly ModuleGeneration[]
      readonly killed: readonly Pid[]
      readonly diagnostics: readonly Diagnostic[]
    }
  | {
      readonly status: 'unchanged'
      readonly loaded: readonly ModuleGeneration[]
      readonly purged: readonly ModuleGeneration[]
      readonly killed: readonly Pid[]
      readonly diagnostics: readonly Diagnostic[]
    }

export interface SoftPurgeOutcome {
  readonly purged: readonly ModuleGeneration[]
  /** `readBy`: loaded generations that were built with it, if any. */
  readonly pinned: readonly (ModuleGeneration & { readonly pids: readonly Pid[]; readonly readBy?: readonly ModuleGeneration[] })[]
  /** Left alone because they are marked keep. */
  readonly kept: readonly ModuleGeneration[]
}

/** What a purge did: `skipped` had ended before, `alsoEnded` fell with them by links, `pending` sits in one native call. */
export interface PurgeOutcome {
  readonly generations: readonly number[]
  readonly killed: readonly Pid[]
  readonly skipped: readonly Pid[]
  readonly alsoEnded: readonly Pid[]
  readonly pending: readonly Pid[]
}

export interface KillOutcome {
  readonly pid: Pid
  readonly status: 'killed' | 'pending' | 'not_found'
}

/** `pending`: in a turn that lasts; it is suspended when that ends. */
export interface SuspendOutcome {
  readonly pid: Pid
  readonly status: 'suspended' | 'already' | 'pending' | 'not_found'
}

export interface ResumeOutcome {
  readonly pid: Pid
  readonly status: 'resumed' | 'not_suspended' | 'not_found'
}

/** `exiting`: its `finally` blocks run. `trapped`: it has a message instead. `ignored`: `normal` ends nobody who does not trap it. */
export interface ExitOutcome {
  readonly pid: Pid
  readonly status: 'ended' | 'exiting' | 'trapped' | 'ignored' | 'not_found'
}

export interface UpgradeOutcome {
  readonly pid: Pid
  readonly status: 'moved' | 'not_yet' | 'ended' | 'refused'
  /** Where it runs now; `null` once ended. */
  readonly generation: number | null
}

/** What became of one process of a move (MOVE2). */
export type MoveOutcome =
  | { readonly pid: Pid; readonly status: 'moved'; readonly from: number; readonly to: number }
  /** It works on where it was. */
  | { readonly pid: Pid; readonly status: 'failed'; readonly why: MoveFailure }
  | { readonly pid: Pid; readonly status: 'skipped'; readonly why: MoveSkip }

export type MoveFailure =
  /** `codeChange` threw, exited, returned what cannot be copied, or took longer than its limit. */
  | { readonly code: 'code_change'; readonly reason: ExitReason }
  /** So did the `init` that was to make a supervisor's spec, or what it returned is none. */
  | { readonly code: 'init'; readonly reason: ExitReason }
  /** `codeChange` or `init` did not end and held its scheduler; it was ended, and the move stopped. */
  | { readonly code: 'held' }
  /** Somebody else resumed it in between. */
  | { readonly code: 'resumed' }
  /** It has the `upgrade` message and has not moved yet. */
  | { readonly code: 'not_yet' }

export type MoveSkip =
  | { readonly code: MoveObstacle }
  /** It ended before, or on the way. */
  | { readonly code: 'ended' }
  /** It took no message in time: its queue is long, or its turn lasts. */
  | { readonly code: 'busy'; readonly limitMs: number }
  | { readonly code: 'generation_gone' }
  /** Of a trial: a raw loop changes its state itself, when it moves. */
  | { readonly code: 'loop_has_no_trial' }
  /** The move was stopped before its turn came. */
  | { readonly code: 'stopped' }

export interface MoveControl {
  /** Processes a second at most. Default 1,000. */
  readonly ratePerSecond?: number
  /** No further process is begun once it is aborted. */
  readonly signal?: AbortSignal
  /** Told of each few, in the plan's order. */
  onProgress?(outcomes: readonly MoveOutcome[]): void
}

/** What `codeChange` would make of a process's state, as text; nothing has changed. */
export type MoveTrial =
  | { readonly status: 'would_move'; readonly from: number; readonly to: number; readonly before: Rendered; readonly after: Rendered }
  | Exclude<MoveOutcome, { status: 'moved' }>

/** All processes of the scheduler ended with `scheduler_restarted`; `holder` had it. Current generations are back, and so many root processes. */
export interface RestartOutcome {
  readonly scheduler: number
  readonly holder: Pid | null
  readonly ended: number
  /** On other schedulers, by links. Absent in what earlier releases told. */
  readonly alsoEnded?: readonly Pid[]
  readonly roots: number
  /** False: its thread sits in one native call, keeps its memory, and ends when that returns. */
  readonly threadEnded: boolean
}

export interface CallOptions {
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
}

/** A place of the host's, with a pid that can be given to processes. */
export interface Mailbox {
  readonly pid: Pid
  close(): void
}

export interface PreviewOptions {
  /** Further names under which nothing is shown. */
  readonly redact?: readonly string[]
  /** It is a part of an act that is told itself: the look is not told beside it. */
  readonly untold?: true
}

/** TRACE1, TRACE2: whom, and how much at most: 200 messages and 30 s unless told otherwise. */
export interface TraceRequest {
  /** 20 processes at most. */
  readonly targets: { readonly pids: readonly Pid[] } | { readonly matching: ProcessFilter }
  /** 1,000 at most. */
  readonly messages?: number
  /** 60,000 at most. */
  readonly forMs?: number
  /** Further names under which nothing is shown. */
  readonly redact?: readonly string[]
}

export type StateView =
  | {
      readonly status: 'shown'
      readonly kind: string
      readonly module: string | null
      readonly generation: number
      readonly state: Rendered
    }
  /** `raw_loop`: its state stands in its own variables. `unreadable`: it holds what cannot be copied. */
  | { readonly status: 'none'; readonly why: 'raw_loop' | 'no_answer' | 'unreadable' | 'suspended' }

/** Which processes: a whole generation's pins, or these. */
export type Targets = { readonly module: string; readonly generation: number } | { readonly pids: readonly Pid[] }

/**
 * What the server talks to: one runtime, or later another kind of node. Everything is plain data, every command carries
 * who and why; refusals are thrown as `EngineError`.
 */
export interface Engine {
  readonly node: string
  runtime(): Promise<RuntimeView>
  modules(): Promise<readonly ModuleView[]>
  /** All that were ever loaded, purged ones included, highest first. */
  generations(module: string): Promise<readonly GenerationView[]>
  source(module: string, number: number): Promise<SourceView>
  /** Files of packages with which it was loaded, purged or not. */
  manifest(module: string, number: number, page?: ManifestPage): Promise<ManifestView>
  compareManifests(module: string, from: number, to: number, page?: ManifestPage): Promise<ManifestDifference>
  candidates(): Promise<readonly Candidate[]>
  candidate(path: string): Promise<SourceFile>
  pins(module: string, generation?: number): Promise<readonly PinRow[]>
  processes(query: ProcessQuery): Promise<ProcessPage>
  /** All that match, 100,000 at most: whom a plan over this filter is for (BULK1). */
  matching(filter: ProcessFilter): Promise<readonly Pid[]>
  process(pid: Pid): Promise<ProcessDetail>
  /** Asks the process with its module's `preview` message, and current's `previewOf` with the same document. */
  preview(pid: Pid): Promise<PreviewView>
  schedulers(): Promise<readonly SchedulerView[]>
  /** The trees of supervisors, with what each has left of its intensity. */
  supervisors(query?: SupervisorQuery): Promise<SupervisorPage>
  /** One-second samples, oldest first, the last 15 minutes at most. */
  samples(sinceMs?: number): Promise<readonly Sample[]>

  /** Compiles and says what each policy would do right now. Changes nothing. */
  check(sources: readonly SourceFile[]): Promise<CheckView>
  load(request: LoadRequest, by: By): Promise<LoadOutcome>
  /** Without `generation`: each old generation on its own. */
  softPurge(module: string, generation: number | undefined, by: By): Promise<SoftPurgeOutcome>
  send(pid: Pid, message: unknown, by: By): Promise<void>
  /** Refuses loads, rollbacks and deletes by others until `until` (ISO 8601), or until released (GEN9). */
  hold(module: string, until: string | null, by: By): Promise<void>
  release(module: string, by: By): Promise<void>
  /** `bad`: its content is refused at every later load. `keep`: left out of a soft purge that names no generation. */
  mark(module: string, number: number, kind: 'bad' | 'keep', on: boolean, by: By): Promise<void>
  /** PIN7: who keeps code of a purged generation in memory. Takes a heap snapshot, which holds the scheduler: 12 to 28 ms a megabyte of its heap. */
  retainers(module: string, number: number, by: By): Promise<RetainersView>
  /**
   * HOST1: asks and waits for the answer, 5 s unless told otherwise. Refused with `call_timeout`, `process_ended` with the reason, `unknown_pid`; rejects with the
   * signal's reason when that is aborted. A late answer is dropped.
   */
  call(pid: Pid, message: object, options?: number | CallOptions): Promise<unknown>
  /** HOST2: an address that processes can send to; what they send comes in order of each sender. Closed, it hears nothing more. */
  openMailbox(listener: (message: unknown) => void): Mailbox
  /** Why a process ended, as soon as it has; `noproc` for one that is not there. */
  ended(pid: Pid): Promise<ExitReason>
  whereis(name: string): Promise<Pid | null>
  /** CRASH1: the latest 500 of this life of the runtime, newest first. */
  crashes(): Promise<readonly CrashReport[]>
  /** On the first scheduler, unless another is named. */
  spawn(entry: { module: string; export: string; args?: readonly unknown[]; name?: string; scheduler?: number }, by: By): Promise<Pid>
  /** Starts what is current and the root processes, after a start in safe mode. */
  leaveSafeMode(by: By): Promise<void>
  /** Ends one process at once. */
  kill(pid: Pid, by: By): Promise<KillOutcome>
  /** Sends one process an exit signal, which it can trap (EXIT3). */
  exit(pid: Pid, exitReason: string, by: By): Promise<ExitOutcome>
  /** MOVE3: runs `codeChange` on a copy of the state and shows before and after. */
  tryMove(pid: Pid, to: number | undefined, by: By): Promise<MoveTrial>
  /** PREV2: the first messages of its queue, at most 50 and 64 kB. Runs nothing of the process. */
  queue(pid: Pid, by: By, options?: PreviewOptions): Promise<QueuePreview>
  /** PREV2: the state of a behaviour's process; of a raw loop nobody can see it. */
  state(pid: Pid, by: By, options?: PreviewOptions): Promise<StateView>
  /** TRACE1: what these processes get and send from now on, until a limit is reached, somebody stops it, or none of them lives. */
  trace(request: TraceRequest, by: By): Promise<TraceView>
  /** Those that run, and the latest ten that have ended, newest first; without entries. */
  traces(): Promise<readonly TraceView[]>
  /** Entries from that one on, 200 at most. */
  traceEntries(id: string, after: number): Promise<TracePage>
  stopTrace(id: string, by: By): Promise<TraceView>
  /** Gives one process no more turns until it is resumed (SUSP1). */
  suspend(pid: Pid, by: By): Promise<SuspendOutcome>
  resume(pid: Pid, by: By): Promise<ResumeOutcome>

  planLoad(request: LoadRequest): Promise<LoadPlan>
  planPurge(module: string, generation: number | undefined): Promise<PurgePlan>
  planKill(pids: readonly Pid[]): Promise<KillPlan>
  planExit(pids: readonly Pid[], exitReason: string): Promise<ExitPlan>
  planSuspend(targets: Targets): Promise<SuspendPlan>
  planResume(targets: Targets): Promise<ResumePlan>
  /** Everybody of a generation, or these, to generation `to`, or to current. */
  planMove(targets: Targets, to?: number): Promise<MovePlan>
  planDelete(module: string): Promise<DeletePlan>
  planRollback(module: string, number: number): Promise<RollbackPlan>
  planUpgrade(targets: Targets): Promise<UpgradePlan>
  planRestart(scheduler: number): Promise<RestartPlan>

  /** Each executes exactly its plan, or refuses with `changed_meanwhile` and touches nobody (PLAN1). */
  purge(plan: PurgePlan, by: By): Promise<PurgeOutcome>
  killAll(plan: KillPlan, by: By): Promise<{ readonly outcomes: readonly KillOutcome[]; readonly alsoEnded: readonly Pid[] }>
  exitAll(plan: ExitPlan, by: By): Promise<readonly ExitOutcome[]>
  suspendAll(plan: SuspendPlan, by: By): Promise<readonly SuspendOutcome[]>
  resumeAll(plan: ResumePlan, by: By): Promise<readonly ResumeOutcome[]>
  /** MOVE2: a process at a time, so many a second; the others go on whatever becomes of one. In the plan's order. */
  move(plan: MovePlan, by: By, control?: MoveControl): Promise<readonly MoveOutcome[]>
  delete(plan: DeletePlan, by: By): Promise<ModuleGeneration>
  /** What is current now: the same generation, or the one made from its source. */
  rollback(plan: RollbackPlan, by: By): Promise<ModuleGeneration>
  upgrade(plan: UpgradePlan, by: By): Promise<readonly UpgradeOutcome[]>
  /** Ends the scheduler's thread, whatever it does, and brings it back with the current generations. */
  restartScheduler(plan: RestartPlan, by: By): Promise<RestartOutcome>

  /** Events after `afterSeq` that are still kept (10,000), oldest first. */
  eventsAfter(afterSeq: number): Promise<{ readonly events: readonly EngineEvent[]; readonly complete: boolean }>
  /** Calls back for each new event until the returned function is called. */
  subscribe(listener: (event: EngineEvent) => void): () => void
  lastSeq(): number
  stop(): Promise<void>
}

export type { Plan }
