import type { MessagePort } from 'node:worker_threads'
import type { StagedModule } from '../code/code-table.ts'
import type { PlanChange } from '../code/plans.ts'
import type { CompiledModule, CompiledPackage } from '../compiler/compiled.ts'
import type { Fault } from '../errors.ts'
import type { ModuleGeneration, Pid } from '../ids.ts'
import type { SystemRequest } from '../process-api/index.ts'
import type { SchedulerKeys, SchedulerPage } from '../inspect/list-processes.ts'
import type { MoveCandidate } from '../inspect/move-candidates.ts'
import type { QueueLook } from '../inspect/preview-queue.ts'
import type { SupervisorPlace } from '../inspect/supervisor-order.ts'
import type { SupervisorHere } from '../inspect/supervisor-views.ts'
import type { AcrossSignal, FallingHere } from '../inspect/victims.ts'
import type { RenderLimits } from '../process/render-value.ts'
import type { PinRow, ProcessDetail, ProcessFilter, ProcessQuery, ProcessRow, SupervisorOfView, Victim } from '../inspect/views.ts'
import type { ExitReason } from '../exit-reason.ts'
import type { ExitStatus, ResumeStatus, SuspendStatus } from '../scheduler/scheduler.ts'
import type { SchedulerEvent, SchedulerSample } from '../scheduler/scheduler-events.ts'

// What crosses between the control plane and one scheduler's thread: plain data, one answer per request.

export interface PinCount extends ModuleGeneration {
  /** Processes that pin it. */
  readonly pins: number
  readonly oldestAt: string | null
  /** Loaded generations whose body read a class or another value of it. */
  readonly readBy: readonly ModuleGeneration[]
}

/** Who keeps a generation from being removed. */
export interface GenerationPins extends ModuleGeneration {
  readonly pids: readonly Pid[]
  /** Loaded generations whose body read a class or another value of it. */
  readonly readBy: readonly ModuleGeneration[]
}

/** `modules`: what a process that was chosen alone was in. `changed`: nobody else was touched; `killed`: those of the plan whom other schedulers had ended by then. */
export type EndAnswer =
  | {
      readonly status: 'ended'
      readonly killed: readonly Pid[]
      readonly alsoEnded: readonly Pid[]
      readonly skipped: readonly Pid[]
      readonly modules?: readonly string[]
    }
  | { readonly status: 'changed'; readonly changes: readonly PlanChange[]; readonly killed?: readonly Pid[] }

export type StageAnswer =
  | { readonly status: 'staged' }
  | { readonly status: 'timeout'; readonly limitMs: number }
  | { readonly status: 'failed'; readonly module: string; readonly error: string }

export type CallAnswer =
  | { readonly status: 'answered'; readonly value: unknown }
  | { readonly status: 'ended'; readonly reason: ExitReason }

export type UpgradeAsk = { readonly pid: Pid; readonly status: 'asked' | 'refused' | 'ended' }

/** Where a process runs, to see whether it moved: its pins of the module, and its innermost generation. */
export interface Whereabouts {
  readonly pid: Pid
  readonly alive: boolean
  readonly generation: number | null
  readonly pins: readonly ModuleGeneration[]
}

/** A process whose messages are traced, and whose code it was in when that began. */
export interface Traced {
  readonly pid: Pid
  readonly module: string | null
}

export interface ExitVictims extends FallingHere {
  /** Those of them that get a message instead. */
  readonly trapping: readonly Pid[]
}

/** Each request's arguments and answer. Those in `BETWEEN_TURNS` wait for the end of the turn; the others are served from a check's slow path, too. */
export interface SchedulerVerbs {
  stage: {
    ask: {
      stage: number
      modules: readonly StagedModule[]
      packages: readonly CompiledPackage[]
      /** The runtime's own code, where one of the modules imports it. */
      behaviours: readonly CompiledModule[]
    }
    answer: StageAnswer
  }
  discard: { ask: { stage: number }; answer: null }
  /** The set becomes current before the next turn once the epoch word shows `epoch`. */
  commit: { ask: { stage: number; epoch: number }; answer: null }
  /** As `stage` and `commit` in one, for a scheduler that was held while the others staged (GEN12); what cannot be instantiated is left out and told. */
  join: {
    ask: SchedulerVerbs['stage']['ask'] & { readonly epoch: number }
    answer: StageAnswer
  }
  /** With the epoch the module has no current generation. */
  unbind: { ask: { module: string; epoch: number }; answer: null }
  /** A rollback: with the epoch a generation that is there becomes current. */
  bind: { ask: ModuleGeneration & { epoch: number }; answer: 'bound' | 'not_there' }
  /** What waits for an epoch that will not be published. */
  withdraw: { ask: { epoch: number }; answer: null }
  /** A soft purge is about to be decided (PIN3): from the answer on every entry looks at its gate. */
  close: { ask: { generations: readonly (ModuleGeneration & { readonly gate: Int32Array })[] }; answer: readonly GenerationPins[] }
  /** What was decided. Answers whose call stopped it. */
  settle: {
    ask: { purged: readonly ModuleGeneration[]; open: readonly ModuleGeneration[] }
    answer: readonly (ModuleGeneration & { readonly pid: Pid })[]
  }
  readers: { ask: { generations: readonly ModuleGeneration[] }; answer: readonly Omit<GenerationPins, 'pids'>[] }
  /** Ends who pins them, if all stand in the plan, and removes them, in one step. */
  purge: { ask: { generations: readonly ModuleGeneration[]; planned: readonly Victim[] | null; reason: string }; answer: EndAnswer }
  /** Who pins or was chosen, and who falls with them here; `across`: what ends on other schedulers do to processes of this one. */
  victims: {
    ask: { generations: readonly ModuleGeneration[]; pids: readonly Pid[]; across: readonly AcrossSignal[] }
    answer: FallingHere
  }
  kill: {
    ask: { pids: readonly Pid[]; reason: string; by: 'purge' | 'operator'; planned: readonly Victim[] | null }
    answer: EndAnswer | { readonly status: 'not_found' }
  }
  moveCandidates: { ask: { generations: readonly ModuleGeneration[]; pids: readonly Pid[] }; answer: readonly MoveCandidate[] }
  previewQueue: { ask: { pid: Pid; count: number; limits: RenderLimits }; answer: QueueLook | null }
  /** TRACE1: begins one, also where none of its processes is: senders are named then. Answers which of them live here, and what they are in. */
  trace: { ask: { trace: string; pids: readonly Pid[]; messages: number; redact: readonly string[] }; answer: readonly Traced[] }
  /** `missed`: went by after its last entry. */
  untrace: { ask: { trace: string }; answer: { readonly missed: number } }
  /** Asks a behaviour's process with a system message; states in its answer are text (`renderAnswer`). */
  look: { ask: { pid: Pid; request: SystemRequest; limits: RenderLimits }; answer: CallAnswer }
  /** `modules`, here and below: what these processes were in. */
  suspend: { ask: { pids: readonly Pid[] }; answer: { readonly statuses: readonly SuspendStatus[]; readonly modules: readonly string[] } }
  resume: { ask: { pids: readonly Pid[] }; answer: { readonly statuses: readonly ResumeStatus[]; readonly modules: readonly string[] } }
  exitVictims: { ask: { pids: readonly Pid[]; exitReason: string; across: readonly AcrossSignal[] }; answer: ExitVictims }
  /** An exit signal to each; nobody gets one when somebody would be hit whom `planned` does not name. */
  exit: {
    ask: { pids: readonly Pid[]; reason: string; planned: readonly Victim[] | null }
    answer:
      | { readonly status: 'changed'; readonly changes: readonly PlanChange[] }
      | { readonly status: 'sent'; readonly outcomes: readonly ExitStatus[]; readonly modules: readonly string[] }
  }
  /** Another scheduler is up, and this is the way to it. */
  connect: { ask: { peer: number; words: SharedArrayBuffer; port: MessagePort; flow: SharedArrayBuffer; side: 0 | 1 }; answer: null }
  /** What the loss of that scheduler would do to processes of this one. */
  lossOf: { ask: { scheduler: number }; answer: readonly AcrossSignal[] }
  /** Another scheduler's thread has ended. */
  lost: { ask: { peer: number }; answer: null }
  pinCounts: { ask: object; answer: readonly PinCount[] }
  pins: { ask: { module: string; generation: number | null }; answer: readonly PinRow[] }
  /** `keys`: only places in the order, so many from the first. */
  processes: { ask: ProcessQuery; answer: SchedulerPage }
  processKeys: { ask: ProcessQuery & { readonly count: number }; answer: SchedulerKeys }
  processRows: { ask: { readonly serials: readonly number[] }; answer: readonly ProcessRow[] }
  /** The pids of all that match. */
  matching: { ask: ProcessFilter; answer: readonly Pid[] }
  process: { ask: { pid: Pid }; answer: ProcessDetail | null }
  supervisorPlaces: { ask: object; answer: readonly SupervisorPlace[] }
  supervisorRows: { ask: { pids: readonly Pid[] }; answer: readonly SupervisorHere[] }
  /** The place of a process, wherever it is, under a supervisor of this scheduler. */
  placeUnder: { ask: { supervisor: Pid; pid: Pid }; answer: SupervisorOfView | null }
  sample: { ask: object; answer: SchedulerSample }
  spawn: { ask: { module: string; export: string; args: readonly unknown[]; name: string | null }; answer: { pid: Pid } }
  /** Answered when it has ended. */
  awaitEnd: { ask: { pid: Pid }; answer: CallAnswer }
  whereis: { ask: { name: string }; answer: Pid | null }
  send: { ask: { pid: Pid; message: unknown }; answer: { found: boolean; modules: readonly string[] } }
  /** Answered when the process replies, ends, or never. */
  call: { ask: { pid: Pid; message: object }; answer: CallAnswer }
  /** Nobody waits any more for the answer of a `call`, `preview` or `look` that was asked under this id. */
  uncall: { ask: { id: number }; answer: null }
  /** As `call`, with the message that the innermost module exports as `preview`. */
  preview: { ask: { pid: Pid }; answer: CallAnswer }
  /** Runs an export of the current generation in a process of its own and answers what it returns. */
  apply: { ask: { module: string; export: string; args: readonly unknown[]; token: number }; answer: CallAnswer }
  /** Ends the process of an `apply` that took too long. */
  endApply: { ask: { token: number }; answer: null }
  /** Ends a process that fills the scheduler's memory, and whose turn is about to be cut; `stack` in compiled lines. */
  endForMemory: { ask: { pid: Pid; bytes: number; stack: string }; answer: null }
  askUpgrade: { ask: { pids: readonly Pid[] }; answer: readonly UpgradeAsk[] }
  whereabouts: { ask: { pids: readonly Pid[] }; answer: readonly Whereabouts[] }
}

export type SchedulerVerb = keyof SchedulerVerbs

export const BETWEEN_TURNS: ReadonlySet<SchedulerVerb> = new Set<SchedulerVerb>([
  'stage',
  'commit',
  'join',
  'unbind',
  'bind',
  'spawn',
  'suspend',
  'connect',
  'lost',
])

/** Wait in a process until it answers: given up, they leave nothing there. */
export const CALLS: ReadonlySet<SchedulerVerb> = new Set<SchedulerVerb>(['call', 'preview', 'look'])

/** Acts on code: one at a time, withdrawn when the wait for the scheduler runs out (`WORD_CODE_ACT`). */
export const CODE_ACTS: ReadonlySet<SchedulerVerb> = new Set<SchedulerVerb>(['stage', 'commit', 'unbind', 'bind', 'close', 'purge'])

export type SchedulerRequest = {
  [V in SchedulerVerb]: { readonly id: number; readonly verb: V; readonly ask: SchedulerVerbs[V]['ask'] }
}[SchedulerVerb]

export type FromScheduler =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly fault: Fault }
  | { readonly type: 'failed'; readonly id: number; readonly error: string }
  | { readonly type: 'event'; readonly event: SchedulerEvent }

export interface SchedulerThreadData {
  /** Of its own: the thread's `parentPort` belongs to the code that it runs, which may post anything there. */
  readonly port: MessagePort
  readonly id: number
  readonly root: string
  readonly words: SharedArrayBuffer
  readonly epoch: SharedArrayBuffer
  readonly heapLimitBytes: number
  readonly redact: readonly string[]
  /** Which thread of this scheduler it is, from 1. */
  readonly life: number
  /** How many schedulers there are, and the names of all their processes; absent where there is one. */
  readonly fleet?: { readonly schedulers: number; readonly names: SharedArrayBuffer }
}
