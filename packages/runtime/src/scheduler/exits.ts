import * as abi from '../abi.ts'
import type { CodeInstance } from '../code/instance.ts'
import * as exitReasons from '../exit-reason.ts'
import type { ExitReason } from '../exit-reason.ts'
import type { Pid } from '../ids.ts'
import { copyMessage } from '../process/copy-message.ts'
import { clearMessages } from '../process/message-queue.ts'
import * as processes from '../process/process.ts'
import { relationsOf } from '../process/process.ts'
import type { Process } from '../process/process.ts'
import * as strands from '../process/strand.ts'
import type { Strand, StrandPromise } from '../process/strand.ts'
import { TIMER_CALLBACK, TIMER_UNWIND, Timer } from '../process/timer-heap.ts'
import { abortSoon } from './abort-signal.ts'
import type { Core } from './core.ts'
import { crashSceneOf } from './crash-scene.ts'
import { deliver } from './deliver.ts'
import { dropName } from './names.ts'
import { exitReasonOf } from './failure.ts'
import { orphanedBy } from './orphan-error.ts'
import type { OrphanError } from './orphan-error.ts'
import { tellRelations } from './relations.ts'
import { resumeProcess } from './suspension.ts'
import { calledBack, endBehaving } from './behaving.ts'
import { thrownOf } from './thrown.ts'
import { addTimer, dropTimer } from './timers.ts'
import { endReceive } from './turn.ts'

// Constants of V8's, too, as imported ones are not (docs/scheduling.md).
const { END_KILL, END_UNWIND } = abi
const { NORMAL } = exitReasons
const { PROCESS_ALIVE, PROCESS_DEAD, PROCESS_UNWINDING } = processes
const { RESUME_NEXT, RESUME_THROW, STRAND_DONE, STRAND_READY, STRAND_RUNNING } = strands

// Taken before any user code runs.
const { then } = Promise.prototype
const { apply } = Reflect
const ignore = (): void => {}

/** What all `finally` blocks of a process that is ended by a signal may spend together (KILL3). */
const UNWIND_REDUCTIONS = 100_000
const UNWIND_MS = 1_000

const HELPED_NOBODY: ExitReason = { type: 'killed', by: 'signal', reason: 'the process that it worked for has ended' }

/** An exit runs up every strand of the process: `finally` blocks run, `catch` blocks do not see it. Without effect on one that is ending already. */
export function beginExit(core: Core, process: Process, reason: ExitReason): void {
  if (process.state !== PROCESS_ALIVE) return
  if (process === core.nobody) return
  core.peers?.letGo(process)
  core.census.note(process)
  process.state = PROCESS_UNWINDING
  process.reason = reason
  process.ending = END_UNWIND
  // As in OTP, suspension holds nobody back who ends (X34).
  if (core.suspended.size > 0) resumeProcess(core, process)
  endReceive(core, process)
  dropCallbacks(core, process)
  if (process.strandCount === 0) {
    finalize(core, process, reason)
    return
  }
  const relations = relationsOf(process)
  relations.unwindLeft = UNWIND_REDUCTIONS
  relations.unwindUntil = core.options.clock.monotonicMs() + UNWIND_MS
  addTimer(core, new Timer(TIMER_UNWIND, process, null, relations.unwindUntil, ''))
  if (core.current === process) {
    core.registers.ending = END_UNWIND
    core.hurry()
  }
  doom(core, process)
  for (const strand of relations.strands) doom(core, strand)
}

function doom(core: Core, strand: Strand): void {
  if (strand.phase === STRAND_DONE) return
  for (let frame = strand.top; frame !== null; frame = frame.parent) frame.doomed = true
  if (strand.phase === STRAND_RUNNING) {
    strand.exitDue = true
  } else if (strand.phase === STRAND_READY && isListed(strand)) {
    strand.mode = RESUME_THROW
    strand.value = core.registers.exit
  } else {
    core.ready(strand, RESUME_THROW, core.registers.exit)
  }
}

function isListed(strand: Strand): boolean {
  for (let at = strand.process.readyFirst; at !== null; at = at.nextReady) if (at === strand) return true
  return false
}

/** An exception that the process did not handle. */
export function failProcess(core: Core, process: Process, error: unknown): void {
  if (process === core.nobody) {
    core.options.emit({ type: 'error', message: renderError(core, error) })
    return
  }
  if (process.state === PROCESS_ALIVE) relationsOf(process).failedIn = failedIn(core, process, error)
  beginExit(core, process, exitReasonOf(core, error))
}

/** The generation whose frame the error left first; where that was a synchronous callback of a behaviour, the one that the callback came from. */
function failedIn(core: Core, process: Process, error: unknown): CodeInstance | null {
  const thrower = thrownOf(core, error)?.owner
  return thrower ?? calledBack(core, process)
}

export function renderError(core: Core, error: unknown): string {
  const reason = exitReasonOf(core, error)
  return reason.type === 'error' || reason.type === 'undef' ? reason.stack : 'an error of no process'
}

/** Called by the driver once a strand has run to its end. */
export function strandEnded(core: Core, strand: Strand, mode: number, value: unknown): void {
  const process = strand.process
  if (process.state === PROCESS_UNWINDING) {
    if (process.strandCount === 0) finalize(core, process, process.reason ?? NORMAL)
    return
  }
  if (strand !== process) return
  const relations = process.relations
  if (mode === RESUME_NEXT && relations !== null && relations.outcome !== null) {
    const { outcome } = relations
    relations.outcome = null
    outcome({ status: 'answered', value: copyOutcome(value) })
  }
  if (mode === RESUME_THROW) relationsOf(process).failedIn = failedIn(core, process, value)
  const reason = mode === RESUME_NEXT ? NORMAL : exitReasonOf(core, value)
  if (process.strandCount === 0) finalize(core, process, reason)
  else beginExit(core, process, reason)
}

/** Ends a process at once; one whose turn is in progress ends at its next check. No code of it runs any more (KILL2). */
export function killProcess(core: Core, process: Process, reason: ExitReason): void {
  if (process.state === PROCESS_DEAD) return
  if (core.current === process) {
    if (process.ending === END_KILL) return
    process.ending = END_KILL
    process.reason = reason
    core.registers.ending = END_KILL
    core.hurry()
  } else {
    finalize(core, process, reason)
  }
}

/** Its turn is over and it was killed meanwhile, or its unwinding spent too much. */
export function finishKill(core: Core, process: Process): void {
  finalize(core, process, process.reason ?? NORMAL)
}

/** Ends the process whose turn was cut, unless a kill request has done so. */
export function endCut(core: Core): void {
  const process = core.cut
  core.cut = null
  if (process !== null) finalize(core, process, process.reason ?? { type: 'killed', by: 'operator', reason: 'its turn was cut' })
}

/** An exit signal, as from a link: `normal` is ignored, a process that traps exits gets a message, any other unwinds. */
export function exitSignal(core: Core, process: Process, from: Pid, reason: ExitReason): void {
  if (process.state !== PROCESS_ALIVE || process.ending === END_KILL) return
  if (process.trapExit) return void deliver(core, process, { type: 'exit', pid: from, reason: copyMessage(reason) }, true)
  if (core.tracer !== null) core.tracer.signalled(from, process.pid, reason)
  if (reason.type !== 'normal' || from === process.pid) beginExit(core, process, reason)
}

function finalize(core: Core, process: Process, reason: ExitReason): void {
  if (process.state === PROCESS_DEAD) return
  const { relations } = process
  const scene = isCrash(reason) && process.serial !== 0 ? crashSceneOf(core, process) : null
  process.context = null
  endBehaving(core, process)
  process.state = PROCESS_DEAD
  process.ending = END_KILL
  process.reason = reason
  core.processes.delete(process)
  core.census.forget(process)
  if (core.peers !== null && core.peers.slowed.size > 0) core.peers.letGo(process)
  if (core.suspended.size > 0) core.suspended.delete(process)
  const { name } = process
  if (name !== null) dropName(core, process)
  endReceive(core, process)
  process.start = null
  if (process.phase !== STRAND_DONE) dropStrand(process)
  process.readyFirst = process.readyLast = null
  if (process.first !== null) clearMessages(core, process)
  if (relations !== null) {
    for (const timer of [...relations.timers]) dropTimer(core, timer)
    if (relations.strands.size > 0) {
      const error = orphanedBy(process, reason)
      for (const strand of relations.strands) {
        dropStrand(strand)
        if (strand.settle !== null) rejectOrphan(strand.settle, error)
      }
    }
    if (relations.helper !== null) killProcess(core, relations.helper, HELPED_NOBODY)
    tellRelations(core, process, relations, reason)
    // Of a dead process nothing leads to code: Node's contexts may keep it (PIN7).
    process.relations = null
    if (relations.abort !== null) abortSoon(core, process, relations.abort)
  }
  if (core.tracer !== null) core.tracer.ended(process, reason)
  if (scene !== null) {
    const failedIn = relations === null ? null : relations.failedIn
    if (failedIn !== null) failedIn.crashes++
    core.options.emit({
      type: 'crashed',
      crash: { pid: process.pid, name, module: failedIn?.module ?? null, generation: failedIn?.generation ?? null, reason },
      scene,
    })
  }
}

/** Ends that the event log shows, as OTP logs `error` and `throw` and nothing else (X28). */
function isCrash(reason: ExitReason): boolean {
  return reason.type === 'error' || reason.type === 'undef' || reason.type === 'heap_limit'
}

/** Its frames never go on. */
export function dropStrand(strand: Strand): void {
  strand.top = null
  strand.phase = STRAND_DONE
  strand.ticket++
  strand.value = undefined
  strand.stores = null
}

/** The strand of this promise will not end by itself any more: who else waits for it hears that its process has ended (STR8). */
export function rejectOrphan({ promise, reject }: StrandPromise, error: OrphanError): void {
  // Where nobody else waits it is nobody's failure. An `await` of it would take ten times as long, and there may be 100,000 of them.
  void apply(then, promise, [undefined, ignore])
  reject(error)
}

function dropCallbacks(core: Core, process: Process): void {
  const { relations } = process
  if (relations === null) return
  relations.tasks = null
  relations.microtasks.clear()
  for (const timer of [...relations.timers]) if (timer.kind === TIMER_CALLBACK) dropTimer(core, timer)
}

/** Ends whatever a process without identity (a module's body) left behind, and says what it was. */
export function dropLeftovers(core: Core, process: Process): { timers: number; strands: number } {
  const armed = [...(process.relations?.timers ?? [])]
  const due = (process.tasks ?? []).filter((task) => !task.isOver && !armed.some(({ callback }) => callback?.due === task))
  const timers = armed.length + (process.relations?.microtasks.size ?? 0) + due.length
  const strands = process.strandCount
  finalize(core, process, NORMAL)
  return { timers, strands }
}

function copyOutcome(value: unknown): unknown {
  try {
    return copyMessage(value)
  } catch {
    return null
  }
}
