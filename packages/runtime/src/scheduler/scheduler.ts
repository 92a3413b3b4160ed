import * as abi from '../abi.ts'
import type { Counter, Registers } from '../abi.ts'
import type { CodeInstance } from '../code/instance.ts'
import type { CompiledModule } from '../compiler/compiled.ts'
import type { ExitReason } from '../exit-reason.ts'
import * as sharedWords from '../host/shared-words.ts'
import { HOST_PID } from '../ids.ts'
import type { Pid } from '../ids.ts'
import * as processes from '../process/process.ts'
import { relationsOf } from '../process/process.ts'
import type { HostAnswer, Process } from '../process/process.ts'
import type { Entry, SpawnOptions } from '../process-api/index.ts'
import { Bodies } from './bodies.ts'
import { awaitAnswer, deliverHostCall, giveUpCall } from './calls.ts'
import { runTurnInContext } from './context.ts'
import { Core } from './core.ts'
import type { SchedulerOptions } from './scheduler-options.ts'
import { deliver } from './deliver.ts'
import { endCut, exitSignal, failProcess, killProcess, renderError } from './exits.ts'
import { createGlobals } from './globals.ts'
import { endForMemory, glanceAtHeap, runMeasured } from './heap-limit.ts'
import { exportedMessage, innermostOwner } from './innermost.ts'
import { dropOfNobody } from './nobody.ts'
import { framesIn } from './native-stack.ts'
import { OrphanError } from './orphan-error.ts'
import { Peers } from './peers.ts'
import { renderTrace } from './thrown.ts'
import { createProcessApi } from './process-api.ts'
import { spawnProcess } from './spawn.ts'
import { resumeProcess, suspendProcesses } from './suspension.ts'
import { mayHaveTicks } from './awaits.ts'
import { runTurn } from './turn.ts'

// Constants of V8's, too, as imported ones are not (docs/scheduling.md).
const { END_KILL } = abi
const { WORD_EPOCH, WORD_REQUESTS, WORD_RUN_QUEUE } = sharedWords
const { PROCESS_ALIVE, PROCESS_DEAD } = processes

export type { SchedulerOptions } from './scheduler-options.ts'

/** `not_found`: it has ended, or never was. */
export type SuspendStatus = 'suspended' | 'already' | 'not_found'
export type ResumeStatus = 'resumed' | 'not_suspended' | 'not_found'
/** `exiting`: its `finally` blocks run, or it has ended. `ignored`: `normal` ends only who traps it and decides so. */
export type ExitStatus = 'exiting' | 'trapped' | 'ignored' | 'not_found'

/** Turns between two looks at the time that `run` was given. */
const TURNS_PER_BUDGET_CHECK = 32

/** Runs green processes in turns on the calling thread. It never blocks: its host calls `run()` when `wake` asks for it. */
export class Scheduler {
  /** Read by `inspect/`, written by nobody outside this folder. */
  readonly core: Core
  readonly registers: Registers
  readonly counter: Counter
  readonly api: Record<string, unknown>
  /** `$.globals` of code whose generation does not matter; its timers pin the generation that the calling strand is in. */
  readonly globals: Record<string, unknown>
  #epoch = -1

  constructor(options: SchedulerOptions) {
    this.core = new Core(options)
    const { fleet } = options
    if (fleet !== undefined) this.core.peers = new Peers(this.core, fleet.schedulers, fleet.names)
    this.registers = this.core.registers
    this.counter = this.core.counter
    this.api = createProcessApi(this.core)
    this.globals = createGlobals(this.core, undefined)
    this.core.readClock()
  }

  /** A turn is in progress: the control plane is served from a check's slow path. */
  get inTurn(): boolean {
    return this.core.current !== null && !this.core.inBody
  }

  /** `$.globals` of one generation, whose timers pin it, or of a package, where they pin the generation that the calling strand is in. */
  globalsFor(owner?: () => CodeInstance): Record<string, unknown> {
    return createGlobals(this.core, owner)
  }

  /**
   * Runs turns until there is nothing to do, microtasks are due or `maxMs` are over; true if processes are left that could run. `drained`: there are no microtasks under way; otherwise
   * it leaves processes that could have some, and all of them where somebody could tell the place of those under way.
   */
  run(maxMs: number, drained = true): boolean {
    const { core } = this
    const { options, queue, words } = core
    core.wakeSent = false
    if (core.microtasksDue && !drained) return queue.size > 0
    core.running = true
    core.microtasksDue = core.promised = false
    core.runBegan = core.readClock()
    glanceAtHeap(core, core.runBegan)
    const until = core.runBegan + maxMs
    let turns = 0
    try {
      for (;;) {
        // A plain read: another thread's store is seen a turn later at worst, and an atomic one costs a tenth of a turn.
        if (words[WORD_REQUESTS] !== 0) options.serve()
        if (core.cut !== null) endCut(core)
        if (!drained && queue.first !== null && mayHaveTicks(queue.first)) break
        const process = queue.shift()
        if (process === null) break
        if (process.state === PROCESS_DEAD) continue
        words[WORD_RUN_QUEUE] = queue.size
        options.beforeTurn()
        const epoch = words[WORD_EPOCH] as number
        if (epoch !== this.#epoch) this.#noticeEpoch(epoch)
        if (core.heap?.watching === true) runMeasured(core, process, core.contextual ? runTurnInContext : runTurn)
        else if (core.contextual) runTurnInContext(core, process)
        else runTurn(core, process)
        if (core.microtasksDue || (core.promised && process.queued)) {
          core.microtasksDue = core.promised = false
          turns++
          break
        }
        core.promised = false
        if (++turns % TURNS_PER_BUDGET_CHECK === 0 && core.readClock() >= until) break
      }
    } finally {
      core.running = false
      if (turns > 0) core.ranMs += core.readClock() - core.runBegan
    }
    return core.census.workOff(queue.size === 0) || queue.size > 0
  }

  /**
   * To be called where no turn can be in progress. When one is, its code was terminated from outside (KILL1): the scheduler forgets it, and the process ends at the
   * next `run`, with the reason of a kill request that is served before, if there is one. True then: it has to be run.
   */
  recoverCut(): boolean {
    const { core } = this
    const process = core.current
    if (process === null) return false
    core.forgetTurn()
    if (process === core.nobody || process.state === PROCESS_DEAD) return true
    process.ending = END_KILL
    core.cut = process
    return true
  }

  /** The generation is about to be removed: what no process owns of it goes with it. */
  dropOfNobody(code: CodeInstance): void {
    dropOfNobody(this.core, code)
  }

  #noticeEpoch(epoch: number): void {
    this.#epoch = epoch
    if (this.core.contextual) return
    for (const instance of this.core.options.code.instances()) if (instance.compiled.nativeCallbacks) this.core.contextual = true
  }

  /** Starts a process for the host. Throws `ProcessError` and `InvalidMessageError`. */
  spawn(entry: Entry, args: readonly unknown[] = [], options: SpawnOptions & { readonly parent?: Pid } = {}): Pid {
    // An idle scheduler's clock stands still.
    this.core.readClock()
    return spawnProcess(this.core, null, options.parent ?? HOST_PID, entry, args, options)
  }

  /** Puts a message, already a copy, into the queue of a process; with `replyTo`, `reply` to it becomes a `reply` event. False when there is no such process. */
  deliver(to: Pid, message: unknown, replyTo?: string): boolean {
    const process = this.core.processes.get(to)
    if (process === undefined) return false
    if (replyTo === undefined || typeof message !== 'object' || message === null)
      return deliver(this.core, process, message, false, HOST_PID)
    return deliverHostCall(this.core, process, message, { ref: replyTo, caller: HOST_PID, answer: null })
  }

  /** Sends a message, already a copy, and calls back once: with the answer, or with why the process ended. What is returned gives the call up: nothing of it stays. */
  callFromHost(to: Pid, message: object, answer: (answer: HostAnswer) => void): () => void {
    const process = this.core.processes.get(to)
    if (process === undefined) {
      answer({ status: 'ended', reason: { type: 'noproc' } })
      return () => {}
    }
    const ref = this.core.reference()
    deliverHostCall(this.core, process, message, { ref, caller: HOST_PID, answer })
    return () => giveUpCall(this.core, process, ref)
  }

  /** Calls back once the process has ended, at once when it has. */
  awaitEnd(pid: Pid, answer: (answer: HostAnswer) => void): void {
    const process = this.core.processes.get(pid)
    if (process === undefined) return answer({ status: 'ended', reason: { type: 'noproc' } })
    const ref = this.core.reference()
    awaitAnswer(process, { ref, caller: HOST_PID, answer })
  }

  /** Runs an export of a current generation in a process of its own and calls back once with what it returned. */
  apply(module: string, exportName: string, args: readonly unknown[], answer: (answer: HostAnswer) => void): Pid {
    const pid = this.spawn({ module, export: exportName }, args)
    const process = this.core.processes.get(pid)
    if (process !== undefined) relationsOf(process).outcome = answer
    return pid
  }

  /** Sends a process the `upgrade` message of the generation of its innermost frame. */
  askUpgrade(pid: Pid): 'asked' | 'refused' | 'ended' {
    const process = this.core.processes.get(pid)
    if (process === undefined) return 'ended'
    const message = this.upgradeMessageOf(pid)
    if (message === undefined) return 'refused'
    this.betweenTurns(() => void deliver(this.core, process, message, false, HOST_PID))
    return 'asked'
  }

  /** Does at once, or when the turn in progress is over, what gives a process something of others: within one turn nobody learns of newer code (GEN3). */
  betweenTurns(act: () => void): void {
    if (this.inTurn && this.core.options.afterTurn !== undefined) this.core.options.afterTurn(act)
    else act()
  }

  /** Ends a process at once, without `catch` or `finally`; one whose turn is in progress at its next check (KILL1, KILL2). */
  kill(pid: Pid, by: 'operator' | 'purge' | 'signal' | 'restart', reason: string): 'killed' | 'not_found' {
    const process = this.core.processes.get(pid)
    if (process === undefined) return 'not_found'
    killProcess(this.core, process, { type: 'killed', by, reason })
    return 'killed'
  }

  /** Ends a process that fills the memory, where a stack trace in compiled lines says (KILL5). */
  endForMemory(pid: Pid, liveBytes: number, stack: string): void {
    const process = this.core.processes.get(pid)
    if (process !== undefined) endForMemory(this.core, process, liveBytes, stack)
  }

  /** `session.ts:41`: the user's line in a stack trace in compiled lines. */
  placeIn(stack: string): string | null {
    return framesIn(this.core, { stack })[0]?.at ?? null
  }

  /** Between turns: those of them that live get no more turns until they are resumed (SUSP1). */
  suspend(pids: readonly Pid[]): readonly SuspendStatus[] {
    const { core } = this
    const found = pids.map((pid) => core.processes.get(pid))
    const statuses = found.map((process) => (process === undefined ? 'not_found' : core.suspended.has(process) ? 'already' : 'suspended'))
    suspendProcesses(
      core,
      found.filter((process) => process !== undefined),
    )
    return statuses
  }

  resume(pid: Pid): ResumeStatus {
    const process = this.core.processes.get(pid)
    // One that was killed in its turn is there until its next check.
    if (process === undefined || process.ending === END_KILL) return 'not_found'
    return resumeProcess(this.core, process) ? 'resumed' : 'not_suspended'
  }

  /** The exit signal of an operator (EXIT3): what the process makes of it. */
  signalExit(pid: Pid, reason: ExitReason): ExitStatus {
    const process = this.core.processes.get(pid)
    if (process === undefined) return 'not_found'
    if (process.state !== PROCESS_ALIVE) return 'exiting'
    const { trapExit } = process
    exitSignal(this.core, process, HOST_PID, reason)
    if (trapExit) return 'trapped'
    return reason.type === 'normal' ? 'ignored' : 'exiting'
  }

  /** What a module reads as the stack of an error, of which `raw` is V8's text (COMP4). */
  trace(error: unknown, raw: string): string {
    return renderTrace(this.core, error, raw)
  }

  /** Sends an exit signal (KILL3). */
  exitSignal(pid: Pid, from: Pid, reason: ExitReason): boolean {
    const process = this.core.processes.get(pid)
    if (process === undefined) return false
    exitSignal(this.core, process, from, reason)
    return true
  }

  /** Begins the evaluation of a set's bodies (GEN11). `code`: what they are instantiated from. */
  beginBodies(code: readonly CompiledModule[], maxMs: number): Bodies {
    if (code.some((compiled) => compiled.nativeCallbacks)) this.core.contextual = true
    return new Bodies(this.core, maxMs)
  }

  /** Runs code of a package as a body. */
  inBody<T>(run: () => T, maxMs = Number.POSITIVE_INFINITY): T {
    const bodies = new Bodies(this.core, maxMs)
    try {
      return bodies.run(run)
    } finally {
      bodies.end()
    }
  }

  /** For the thread's `unhandledRejection`: ends the process that it belongs to (STR2), or reports it (STR5). */
  rejected(error: unknown, promise: Promise<unknown>): void {
    this.#failOwner(error, this.core.rejected.get(promise))
  }

  /** For the thread's `uncaughtException`. */
  uncaught(error: unknown): void {
    this.#failOwner(error, undefined)
  }

  #failOwner(error: unknown, owner: Process | undefined): void {
    const { core } = this
    if (error === core.registers.exit) return
    const process = owner ?? core.owner()
    if (process === null || process === undefined || process === core.nobody) {
      // The end that it tells of has been told.
      if (!(error instanceof OrphanError)) core.options.emit({ type: 'error', message: renderError(core, error) })
    } else if (!core.isEnding(process)) failProcess(core, process, error)
  }

  /** The message with which an operator asks the process to move on: a copy of the `upgrade` export of its innermost frame's generation. */
  upgradeMessageOf(pid: Pid): unknown {
    return this.#messageOf(pid, 'upgrade')
  }

  /** The message that asks a process to show what it would answer: the `preview` export of its innermost frame's generation. */
  previewMessageOf(pid: Pid): unknown {
    return this.#messageOf(pid, 'preview')
  }

  #messageOf(pid: Pid, name: string): unknown {
    const process = this.core.processes.get(pid)
    const owner = process === undefined ? null : innermostOwner(process)
    return owner === null ? undefined : exportedMessage(owner, name)
  }
}
