import { AsyncLocalStorage } from 'node:async_hooks'
import * as abi from '../abi.ts'
import type { Counter } from '../abi.ts'
import * as sharedWords from '../host/shared-words.ts'
import { formatPid } from '../ids.ts'
import { noticePollution } from '../process/copy-message.ts'
import * as processes from '../process/process.ts'
import { Process, relationsOf } from '../process/process.ts'
import { PidWriter } from '../process/pid-writer.ts'
import { ProcessTable } from '../process/process-table.ts'
import type { Strand } from '../process/strand.ts'
import * as strands from '../process/strand.ts'
import { TimerHeap } from '../process/timer-heap.ts'
import { lookAtHeap } from './heap-limit.ts'
import { HeapWatch } from './heap-watch.ts'
import type { Peers } from './peers.ts'
import { PinCensus } from './pin-census.ts'
import { SchedulerRegisters } from './registers.ts'
import { PurgedReach } from './purged-reach.ts'
import type { GateEntry } from './retired-code.ts'
import { RunQueue } from './run-queue.ts'
import type { SchedulerOptions } from './scheduler-options.ts'
import type { Thrown } from './thrown.ts'
import type { Tracer } from './tracer.ts'

// Constants of V8's, too, as imported ones are not (docs/scheduling.md).
const { END_KILL, END_NONE, END_UNWIND } = abi
const { WORD_HEARTBEAT, WORD_LAST_SERIAL, WORD_REQUESTS, WORD_SERIAL, WORD_TURN, WORD_TURN_STARTED } = sharedWords
const { CENSUS_NEVER, CENSUS_SETTLED, PROCESS_DEAD, PROCESS_UNWINDING } = processes
const { STRAND_READY, STRAND_WAITING } = strands

/**
 * How many reductions a process may spend before the next one runs. One reduction is one function entry or one loop iteration. 4,000 is OTP's figure (CONTEXT_REDS).
 */
const REDUCTIONS_PER_TURN = 4_000
/** Between two looks at the control plane while synchronous code overruns its turn, and in code that runs outside any turn. */
const REDUCTIONS_PER_OVERRUN = 256
/** References are never used twice, a scheduler's former lives included. */
const REFERENCES_PER_LIFE = 2 ** 40
/** More reductions than any turn has: lowered functions pause at their next check. */
const PAUSE_BELOW = 2 ** 30
const SERIALS_PER_BLOCK = 256
/** The clock is read at every so-many-th turn and after each turn that took a slow path: 40 ns are a tenth of a message. */
const TURNS_PER_CLOCK_READ = 32

/** The wall clock was set, not adjusted, when it is off the monotonic one by more. */
const CLOCK_SET_MS = 2_000

/** The state of one scheduler that its parts share: who runs, who is next, what time it is. */
export class Core {
  readonly options: SchedulerOptions
  readonly words: Int32Array
  readonly registers: SchedulerRegisters
  readonly counter: Counter = { r: 0, m: 0 }
  readonly processes: ProcessTable
  readonly pids: PidWriter
  readonly names = new Map<string, Process>()
  readonly queue = new RunQueue()
  /** Processes that get no turns (SUSP1). */
  readonly suspended = new Set<Process>()
  /** In the order in which they said that they are supervisors. */
  readonly supervisors = new Set<Process>()
  readonly timers = new TimerHeap()
  readonly census = new PinCensus(this)
  /** Owns what no process owns (STR4, STR5). */
  readonly nobody: Process
  /** Names the process that native callbacks run for. */
  readonly context = new AsyncLocalStorage<Process | undefined>()
  /** Some loaded module can hand callbacks to native code, so turns name their process. */
  contextual = false
  /** Processes with an async resource of their own. */
  readonly named: Process[] = []
  /** By the last digits of their serials: processes that ran lately without one. */
  readonly unnamed = new Int32Array(1_024)
  readonly reductionsPerTurn: number
  readonly heap: HeapWatch | null
  /** The other schedulers; `null` where there is one. */
  peers: Peers | null = null
  /** While somebody traces messages, on whichever scheduler (TRACE1). */
  tracer: Tracer | null = null

  /** Rejected promises of strands, and whose they were: nobody may be listening. */
  readonly rejected = new WeakMap<Promise<unknown>, Process>()
  readonly thrownIn = new WeakMap<object, Thrown>()
  /** The same of the latest exception of the turn that is no object. */
  thrownValue: { readonly value: unknown; readonly thrown: Thrown } | null = null

  current: Process | null = null
  /** Whose code called the check that the control plane is being served from: its synchronous calls are on the native stack. `null` between turns. */
  checked: Process | null = null
  readonly purgedReach = new PurgedReach(this)
  /** By gate: the first call that stopped a soft purge (PIN3). */
  readonly entered = new WeakMap<Int32Array, GateEntry>()
  /** A process that has ended and whose signal is being aborted. */
  aborting: Process | null = null
  /** A process whose turn was terminated from outside and that is to be ended. */
  cut: Process | null = null
  strand: Strand | null = null
  /** Monotonic milliseconds at which the time of the bodies that are being evaluated is over. */
  bodyUntil = Number.POSITIVE_INFINITY
  running = false
  /** A turn left microtasks behind that somebody could tell the place of: they come before the next process's turn. */
  microtasksDue = false
  /** The only strand of the turn's process waits for a promise: its microtasks come before the process's own next turn. */
  promised = false
  wakeSent = false
  /** Nested drivers on the native stack. */
  depth = 0
  /** The latest pid's serial, and the end of those that this thread may use without asking (`takeSerials`). */
  serial = 0
  serialEnd = 0
  references: number
  /** Milliseconds since this scheduler's start, as of the latest look at the clock. */
  nowMs = 0
  /** Epoch milliseconds. */
  startedAt: number
  readonly #monotonicStart: number
  #untilClock = 0
  granted = 0
  /** Synchronous code has overrun the turn in progress. */
  overran = false
  /** Totals since the start. */
  messages = 0
  /** Messages that wait in queues. */
  queued = 0
  reductions = 0
  turns = 0
  /** Milliseconds spent in `run`, but for the one in progress, which began at `runBegan`. */
  ranMs = 0
  runBegan = 0
  /** Reductions that synchronous code spent beyond its turn's end. */
  overrun = 0
  armedAt = Number.POSITIVE_INFINITY
  disarm: (() => void) | null = null

  constructor(options: SchedulerOptions) {
    this.options = options
    this.words = options.words
    this.registers = new SchedulerRegisters(this)
    this.processes = new ProcessTable(options.id)
    this.pids = new PidWriter(options.id)
    this.reductionsPerTurn = options.reductionsPerTurn ?? REDUCTIONS_PER_TURN
    this.heap = options.heap === undefined ? null : new HeapWatch(options.heap, options.clock, this.processes)
    this.startedAt = options.clock.now()
    this.#monotonicStart = options.clock.monotonicMs()
    this.references = ((options.life ?? 1) - 1) * REFERENCES_PER_LIFE
    this.nobody = new Process(formatPid(options.id, 0), 0, null, 0)
    this.nobody.censusPlace = CENSUS_NEVER
  }

  readClock(): number {
    const now = this.options.clock.monotonicMs()
    this.nowMs = Math.floor(now - this.#monotonicStart)
    noticePollution()
    return now
  }

  /** Milliseconds since the scheduler's start, for observers: `nowMs` stands still while nobody runs. */
  elapsedMs(): number {
    return this.options.clock.monotonicMs() - this.#monotonicStart
  }

  /**
   * Epoch milliseconds of a time since the scheduler's start, by the machine's clock as it is set now: an age is right whatever the clock was before,
   * and stands still while the clock only runs a little fast or slow.
   */
  epochMs(sinceStartMs: number): number {
    const startedAt = this.options.clock.now() - this.elapsedMs()
    if (Math.abs(startedAt - this.startedAt) > CLOCK_SET_MS) this.startedAt = startedAt
    return this.startedAt + sinceStartMs
  }

  busyMs(): number {
    return this.running ? this.ranMs + this.options.clock.monotonicMs() - this.runBegan : this.ranMs
  }

  reference(): string {
    return `${this.options.id}.${++this.references}`
  }

  enter(process: Process): void {
    this.current = process
    if (process.censusPlace === CENSUS_SETTLED) this.census.note(process)
    this.registers.ending = process.ending
    const words = this.words
    // The turn first: no other turn ever stands beside a process's serial.
    words[WORD_TURN] = (words[WORD_TURN] as number) + 1
    words[WORD_SERIAL] = process.serial
    if (this.#untilClock-- <= 0) {
      words[WORD_TURN_STARTED] = this.readClock() | 0
      this.#untilClock = TURNS_PER_CLOCK_READ
    }
    // Turns of the run queue are in their context already, and so is what a promise of the process resumes.
    if (this.contextual && !this.running && this.context.getStore() !== process) this.context.enterWith(process)
    this.granted = process.budget
    this.counter.r = process.budget
  }

  leave(process: Process): void {
    this.turns++
    const used = this.granted - this.counter.r
    process.budget -= used
    if (process.budget < 0) this.overrun -= process.budget
    process.reductions += used
    this.reductions += used
    if (process.ending === END_UNWIND) relationsOf(process).unwindLeft -= used
    this.current = null
    this.registers.ending = END_NONE
    // Nothing here may keep code of a purged generation alive between turns (PIN7).
    this.thrownValue = null
    this.words[WORD_SERIAL] = 0
    this.counter.r = 0
    if (this.overran) this.#endOverrun()
  }

  #endOverrun(): void {
    this.overran = false
    this.counter.m = 0
  }

  /** The code of the turn in progress was terminated: nothing of it is left on the native stack. */
  forgetTurn(): void {
    const { registers } = this
    this.current = null
    this.checked = null
    this.strand = null
    this.depth = 0
    this.running = false
    this.wakeSent = false
    this.words[WORD_SERIAL] = 0
    this.counter.r = 0
    this.#endOverrun()
    registers.callee = undefined
    registers.pushed = null
    registers.ending = END_NONE
    registers.probing = false
    registers.caught = null
  }

  /** The process that running code belongs to: of the turn, or of the native callback's async context. */
  owner(): Process | null {
    const process = this.current ?? this.aborting ?? (this.contextual ? this.context.getStore() : undefined)
    if (process === undefined || process === this.nobody) return null
    // What a body left to native code belongs to nobody once the body is evaluated.
    return process.serial === 0 && process.state === PROCESS_DEAD ? null : process
  }

  /** The running code is a module's body, or what a body gave to native code while it is evaluated (GEN11). */
  get inBody(): boolean {
    const owner = this.owner()
    return owner !== null && owner.serial === 0
  }

  /** A check ran out of reductions in synchronous code, which goes on. The async function that called it pauses at its next check. */
  slowPath(): void {
    this.#look()
    this.granted += REDUCTIONS_PER_OVERRUN - this.counter.r
    this.counter.r = REDUCTIONS_PER_OVERRUN
    if (this.current === null) return
    this.overran = true
    this.counter.m = PAUSE_BELOW
  }

  /** The same in an async function that a bare call has started: it goes on until its first wait, and its caller pauses. */
  overrunPath(): void {
    this.slowPath()
    this.counter.m = 0
  }

  /** A bare call is over. */
  endOverrunPath(): void {
    if (this.overran && this.depth === 0) this.counter.m = PAUSE_BELOW
  }

  /** A check in code whose counter was replaced, and is always used up: a reduction of the turn's own, so that a loop which calls such code comes to the turn's end. */
  retiredPath(): void {
    if (--this.counter.r < 0) this.slowPath()
    else this.#look()
  }

  /** A check ran out of reductions in a lowered function, which pauses. */
  pausePath(): void {
    if (this.counter.r >= 0) this.hurry()
    this.#look()
  }

  #look(): void {
    const words = this.words
    words[WORD_HEARTBEAT] = (words[WORD_HEARTBEAT] as number) + 1
    this.#untilClock = 0
    if (this.inBody && this.options.clock.monotonicMs() > this.bodyUntil) {
      // Unwound like a killed process, so that no `catch` of the body keeps it going.
      this.registers.ending = END_KILL
      throw this.registers.exit
    }
    if (Atomics.load(words, WORD_REQUESTS) !== 0) {
      this.checked = this.current ?? this.owner() ?? this.nobody
      this.options.serve()
      this.checked = null
    }
    const process = this.current
    if (process === null) {
      const owner = this.owner()
      if (owner !== null && (owner.state === PROCESS_DEAD || owner.ending === END_KILL)) throw this.registers.exit
      return
    }
    lookAtHeap(this, process)
    if (process.ending === END_NONE) return
    if (process.ending === END_UNWIND) {
      const spent = this.granted - this.counter.r
      const { unwindLeft, unwindUntil } = relationsOf(process)
      if (unwindLeft - spent < 0 || (unwindUntil !== 0 && this.options.clock.monotonicMs() > unwindUntil)) {
        process.ending = END_KILL
      }
    }
    this.registers.ending = process.ending
    const strand = this.strand
    if (process.ending === END_KILL) throw this.registers.exit
    if (strand !== null && strand.exitDue) {
      strand.exitDue = false
      throw this.registers.exit
    }
  }

  /** The process has something to do. */
  enqueue(process: Process): void {
    if (process.queued || process === this.current || process.state === PROCESS_DEAD) return
    this.queue.push(process)
    if (!this.running && !this.wakeSent) {
      this.wakeSent = true
      this.options.wake(!this.microtasksDue)
    }
  }

  /** Serials of pids come in blocks from the shared word, for other schedulers start processes here, too. */
  takeSerials(): void {
    this.serial = Atomics.add(this.words, WORD_LAST_SERIAL, SERIALS_PER_BLOCK)
    this.serialEnd = this.serial + SERIALS_PER_BLOCK
  }

  /** There is something to do, be it only to post what was sent to other schedulers. */
  wakeUp(): void {
    if (this.running || this.wakeSent) return
    this.wakeSent = true
    this.options.wake(!this.microtasksDue)
  }

  /** Makes a strand go on in its process's next turn. */
  ready(strand: Strand, mode: number, value: unknown): void {
    strand.phase = STRAND_READY
    strand.mode = mode
    strand.value = value
    strand.ticket++
    strand.nextReady = null
    const process = strand.process
    if (process.readyLast === null) process.readyFirst = strand
    else process.readyLast.nextReady = strand
    process.readyLast = strand
    this.enqueue(process)
  }

  /** Resumes a wait, unless it is over already. */
  resume(strand: Strand, ticket: number, mode: number, value: unknown): boolean {
    if (strand.ticket !== ticket || strand.phase !== STRAND_WAITING) return false
    this.ready(strand, mode, value)
    return true
  }

  /** Lets the next check of the running process take its slow path. */
  hurry(): void {
    this.granted -= this.counter.r + 1
    this.counter.r = -1
  }

  isEnding(process: Process): boolean {
    return process.state === PROCESS_UNWINDING || process.state === PROCESS_DEAD
  }
}
