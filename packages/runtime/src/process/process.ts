import type { AsyncResource } from 'node:async_hooks'
import * as abi from '../abi.ts'
import type { CodeInstance } from '../code/instance.ts'
import type { ExitReason } from '../exit-reason.ts'
import type { Pid } from '../ids.ts'
import type { Descriptor } from '../abi.ts'
import type { AwayRelations } from './away-relations.ts'
import { Callers } from './call.ts'
import type { Call } from './call.ts'
import type { Frame } from './frame.ts'
import type { Hold, Holders } from './hold.ts'
import type { Envelope, QueueLimit } from './message-queue.ts'
import type { Prepared, Start } from './prepared.ts'
import * as strands from './strand.ts'
import type { Strand } from './strand.ts'
import type { Timer } from './timer-heap.ts'

// Constants of V8's, too, as imported ones are not (docs/scheduling.md).
const { END_NONE } = abi
const { RESUME_NEXT, STRAND_DONE, STRAND_READY } = strands

export const PROCESS_ALIVE = 0
/** An exit is running up its strands. */
export const PROCESS_UNWINDING = 1
export const PROCESS_DEAD = 2

/** Places in the `PinCensus`: what the process pins is known; it is never asked about. Any other number: it is to be looked at. */
export const CENSUS_SETTLED = -1
export const CENSUS_NEVER = -2

/** A callback that runs as part of a turn: an immediate, a microtask, or a timer that came due. */
export interface Task {
  readonly callback: (...args: unknown[]) => unknown
  readonly args: readonly unknown[]
  readonly owner: CodeInstance | null
  readonly function: string
  readonly at: string
  readonly since: number
  /** It has run, or was taken back. */
  isOver: boolean
}

/** A started, unfinished async generator. Its object is held weakly: who has dropped it will never go on with it. */
export interface OpenIterator {
  readonly descriptor: Descriptor
  readonly owner: CodeInstance
  readonly process: Process
  readonly object: WeakRef<object>
  /** Milliseconds since the scheduler's start. */
  readonly since: number
  site: number
}

/** A `call` of a process on another scheduler. */
export interface AwayCall {
  readonly strand: Strand
  readonly ticket: number
  readonly timer: Timer | null
  readonly to: Pid
  /** Only what the process is was asked, and not the process. */
  readonly isInfo: boolean
}

export type HostAnswer =
  | { readonly status: 'answered'; readonly value: unknown }
  | { readonly status: 'ended'; readonly reason: ExitReason }

/** Somebody beyond this scheduler, waiting for an answer: called back, or (without `answer`) told by an event. */
export interface HostCall {
  readonly ref: string
  /** A process of another scheduler, or the host itself. */
  readonly caller: Pid
  readonly answer: ((answer: HostAnswer) => void) | null
}

// Stand for a collection that a process does not have yet; nothing is ever added to them.
const NO_MEMBERS = new Set<never>()
const NO_ENTRIES = new Map<string, never>()
const NO_TASKS: readonly Task[] = []

/** What most processes never have. Collections are to be read here and added to through `ownSet` and `ownMap`. */
export class Relations {
  name: string | null = null
  trapExit = false
  /** Where the exception began that ends the process. */
  failedIn: CodeInstance | null = null
  /** The task that runs right now, and those that are due. */
  task: Task | null = null
  tasks: Task[] | null = null
  behaving: Behaving | null = null
  queueLimit: QueueLimit | null = null
  /** Which generations it pins besides the first. */
  moreHolds: Hold[] | null = null
  unwindLeft = 0
  unwindUntil = 0
  links: Set<Process> = NO_MEMBERS
  /** By reference: whom this process monitors. */
  monitors: Map<string, Process> = NO_ENTRIES
  /** By reference, in the order set: who monitors this process. */
  monitoredBy: Map<string, Process> = NO_ENTRIES
  /** The latest of the calls whose answer it waits for. */
  calls: Call | null = null
  /** Who waits for an answer of it. */
  callers: Callers | null = null
  timers: Set<Timer> = NO_MEMBERS
  strands: Set<Strand> = NO_MEMBERS
  /** Queued by `queueMicrotask`. */
  microtasks: Set<Task> = NO_MEMBERS
  iterators: Set<OpenIterator> = NO_MEMBERS
  /** What ties it to processes of other schedulers. */
  away: AwayRelations | null = null
  /** The process has entered code that can tell in which microtask an await goes on (STR6). */
  tells = false
  /** What the process was spawned around and has not called yet. */
  work: Prepared | null = null
  /** What a behaviour was handling when its callback failed. */
  failing: { readonly message: unknown } | null = null
  /** Works for this process alone, and ends with it, however that ends. */
  helper: Process | null = null
  /** Aborted when the process has ended, for native consumers. */
  abort: AbortController | null = null
  /** Told what the first strand returned, or why the process ended. */
  outcome: ((answer: HostAnswer) => void) | null = null
}

/** Whether microtasks of the process are queued. Asked at each await, and most processes never had any. */
export function hasMicrotasks({ microtasks }: Relations): boolean {
  return microtasks !== NO_MEMBERS && microtasks.size > 0
}

type SetName = 'links' | 'timers' | 'strands' | 'microtasks' | 'iterators'
type MapName = 'monitors' | 'monitoredBy'

/** A set of the process to add to. */
export function ownSet<K extends SetName>(process: Process, name: K): Relations[K] {
  const relations = relationsOf(process)
  if (relations[name] === NO_MEMBERS) relations[name] = new Set() as Relations[K]
  return relations[name]
}

/** A map of the process to add to. */
export function ownMap<K extends MapName>(process: Process, name: K): Relations[K] {
  const relations = relationsOf(process)
  if (relations[name] === NO_ENTRIES) relations[name] = new Map() as Relations[K]
  return relations[name]
}

export function callersOf(process: Process): Callers {
  const relations = relationsOf(process)
  relations.callers ??= new Callers()
  return relations.callers
}

/** Whose callbacks a process runs between the messages that a loop of ours takes for it. */
export interface Behaving {
  /** `server`, `supervisor`, … */
  readonly kind: string
  /** `null` where no module is called back. */
  readonly module: string | null
  /** The generation that its callbacks come from, `null` for what is current; it is pinned. */
  home: CodeInstance | null
  /** The generation that its latest callback came from. */
  generation: number
  /** The generation whose `init` or `codeChange` made its state. */
  stateGeneration: number
  /** What the behaviour lets observers see: plain data, which it goes on changing. */
  readonly details: object | null
}

export type ProcessEntry = { readonly module: string; readonly export: string } | string

/** What a `receive` with options waits for. A process that once used one keeps it. */
export class Selection {
  match: ((message: unknown) => unknown) | null = null
  /** The generation that made `match`, and where: it is pinned while the process waits. */
  owner: CodeInstance | null = null
  at = ''
  timer: Timer | null = null
  /** The first message that `match` has not seen yet. */
  unseen: Envelope | null = null
  /** `after` has run out, but not before a message arrived that `match` has to see. */
  expired = false
}

/** A green process, and its first strand: most have no other, and there may be a million of them. Its fields are written by the scheduler only. Each takes 8 bytes of a million processes: what is rare stands in `relations`. */
export class Process implements Strand {
  readonly pid: Pid
  readonly serial: number
  readonly parent: Pid | null
  entry: ProcessEntry = 'function'
  /** Milliseconds since the scheduler's start. */
  readonly startedAt: number
  state = PROCESS_ALIVE
  ending: number = END_NONE
  /** Why it is ending, or has ended. */
  reason: ExitReason | null = null

  // Its first strand: without a class of its own, for V8 makes an object in line that one constructor makes.
  top: Frame | null = null
  phase: number = STRAND_READY
  mode: number = RESUME_NEXT
  value: unknown = undefined
  ticket = 0
  nextReady: Strand | null = null
  exitDue = false
  stores: AsyncResource | null = null

  strandCount = 1
  readyFirst: Strand | null = null
  readyLast: Strand | null = null

  first: Envelope | null = null
  last: Envelope | null = null
  queueLength = 0
  /** Messages that came so far. */
  received = 0
  /** The strand that waits in `receive`, and with which options. */
  receiver: Strand | null = null
  selection: Selection | null = null

  /** In the run queue, or itself where it passes for queued: see `RunQueue`. */
  nextRunnable: Process | null = null
  /** In its bucket of the `ProcessTable`. */
  nextInTable: Process | null = null
  /** Reductions left until it has to go through the run queue again. */
  budget = 0
  reductions = 0
  censusPlace = CENSUS_SETTLED
  /** Turns in a row that used their reductions up. */
  fullTurns = 0
  /** `{ module, export }` or function to enter in the first turn; `null` afterwards. */
  start: Start | null = null
  /** Names this process to Node while it runs often, where turns do that. */
  context: AsyncResource | null = null
  relations: Relations | null = null
  /** Which generation it pins, as of the last look, and its place among all who do. */
  holders: Holders | null = null
  holderPlace = -1

  constructor(pid: Pid, serial: number, parent: Pid | null, startedAt: number) {
    this.pid = pid
    this.serial = serial
    this.parent = parent
    this.startedAt = startedAt
    // What has no identity, as a body, has no first strand.
    if (serial === 0) {
      this.phase = STRAND_DONE
      this.strandCount = 0
    }
  }

  get process(): this {
    return this
  }

  get settle(): null {
    return null
  }

  get name(): string | null {
    return this.relations === null ? null : this.relations.name
  }

  get trapExit(): boolean {
    return this.relations !== null && this.relations.trapExit
  }

  get behaving(): Behaving | null {
    return this.relations === null ? null : this.relations.behaving
  }

  get queueLimit(): QueueLimit | null {
    return this.relations === null ? null : this.relations.queueLimit
  }

  get moreHolds(): readonly Hold[] | null {
    return this.relations === null ? null : this.relations.moreHolds
  }

  get tasks(): readonly Task[] | null {
    return this.relations === null ? null : this.relations.tasks
  }

  get queued(): boolean {
    return this.nextRunnable !== null
  }

  /** It has something to do in a turn. */
  get hasWork(): boolean {
    return this.readyFirst !== null || this.start !== null || this.hasUnseen || this.tasks !== null
  }

  /** A `match` waits for messages. */
  get matches(): boolean {
    return this.selection !== null && this.selection.match !== null
  }

  /** Messages arrived that a waiting `match` has not seen. */
  get hasUnseen(): boolean {
    return this.selection !== null && this.selection.unseen !== null
  }
}

/** Takes the callbacks that are due. */
export function takeTasks({ relations }: Process): readonly Task[] {
  const tasks = relations?.tasks ?? NO_TASKS
  if (relations !== null) relations.tasks = null
  return tasks
}

export function relationsOf(process: Process): Relations {
  process.relations ??= new Relations()
  return process.relations
}

export function selectionOf(process: Process): Selection {
  process.selection ??= new Selection()
  return process.selection
}
