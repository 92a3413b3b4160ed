import * as abi from '../abi.ts'
import { takeMatching } from '../process/message-queue.ts'
import * as processes from '../process/process.ts'
import { relationsOf, selectionOf, takeTasks } from '../process/process.ts'
import type { Start } from '../process/prepared.ts'
import type { Process, Task } from '../process/process.ts'
import { ProcessError } from '../process/process-error.ts'
import * as strands from '../process/strand.ts'
import type { Strand } from '../process/strand.ts'
import { awaitableOf, awaitSettled } from './awaits.ts'
import { TIMEOUT } from '../process-api/index.ts'
import type { Core } from './core.ts'
import { drive } from './driver.ts'
import { failProcess, finishKill } from './exits.ts'
import { Frame, ownerOf } from '../process/frame.ts'
import { keepStores } from './stores.ts'

// Constants of V8's, too, as imported ones are not (docs/scheduling.md).
const { END_KILL, END_NONE, END_UNWIND } = abi
const { PROCESS_DEAD } = processes
const { RESUME_NEXT, RESUME_THROW, STRAND_READY, STRAND_RUNNING } = strands

/** One turn of a process from the run queue. */
export function runTurn(core: Core, process: Process): void {
  process.budget = core.reductionsPerTurn
  core.enter(process)
  if (process.start !== null) enterFirst(core, process, process.start)
  if (process.tasks !== null) runTasks(core, process)
  if (process.hasUnseen) scan(core, process)
  while (process.readyFirst !== null && core.counter.r >= core.counter.m && process.ending !== END_KILL) {
    const strand = process.readyFirst
    process.readyFirst = strand.nextReady
    if (process.readyFirst === null) process.readyLast = null
    strand.nextReady = null
    if (strand.phase !== STRAND_READY) continue
    const { stores } = strand
    strand.stores = null
    if (stores === null) drive(core, strand)
    else stores.runInAsyncScope(drive, null, core, strand)
  }
  process.fullTurns = core.counter.r < core.counter.m ? process.fullTurns + 1 : 0
  endTurn(core, process)
}

export function endTurn(core: Core, process: Process): void {
  core.leave(process)
  if (process.state === PROCESS_DEAD) return
  if (process.ending === END_KILL || (process.ending === END_UNWIND && relationsOf(process).unwindLeft < 0)) {
    finishKill(core, process)
  } else if (process.hasWork) {
    core.enqueue(process)
  }
}

/** A promise that a strand waited for has settled: goes on at once if the process has reductions left, so that order stays JavaScript's. */
export function runStrandNow(core: Core, strand: Strand): void {
  const process = strand.process
  if (core.current !== null || process.budget <= 0 || process.queued) {
    strand.stores = keepStores()
    core.ready(strand, strand.mode, strand.value)
    return
  }
  core.options.beforeTurn()
  core.enter(process)
  core.counter.r--
  drive(core, strand)
  endTurn(core, process)
}

/** Runs a callback that the process handed out: a timer's, an immediate's, a microtask's. A throw ends the process. */
function runCallback(core: Core, process: Process, callback: (...args: unknown[]) => unknown, args: readonly unknown[]): void {
  const { registers } = core
  const { callee } = registers
  registers.callee = undefined
  try {
    callback(...args)
  } catch (error) {
    if (process.ending === END_NONE) failProcess(core, process, error)
  }
  registers.callee = callee
}

function runTasks(core: Core, process: Process): void {
  const tasks = takeTasks(process)
  for (let i = 0; i < tasks.length; i++) runTask(core, process, tasks[i] as Task)
}

/** Runs a task, whose pin ends with it. */
export function runTask(core: Core, process: Process, task: Task): void {
  if (!task.isOver && process.ending === END_NONE) {
    task.isOver = true
    const relations = relationsOf(process)
    relations.task = task
    runCallback(core, process, task.callback, task.args)
    relations.task = null
  }
}

/** Shows messages that arrived meanwhile to the `match` of the strand that waits in `receive`. */
function scan(core: Core, process: Process): void {
  const strand = process.receiver
  const selection = selectionOf(process)
  const { match, unseen } = selection
  selection.unseen = null
  if (strand === null || match === null || process.ending !== END_NONE) return
  const outer = core.strand
  core.strand = strand
  try {
    const taken = takeMatching(core, process, unseen, match)
    if (taken === undefined && !selection.expired) return
    endReceive(core, process)
    core.ready(strand, RESUME_NEXT, taken === undefined ? TIMEOUT : taken.message)
  } catch (error) {
    if (process.ending !== END_NONE) return
    endReceive(core, process)
    core.ready(strand, RESUME_THROW, error)
  } finally {
    core.strand = outer
  }
}

/** The process no longer waits in `receive`. */
export function endReceive(core: Core, process: Process): void {
  process.receiver = null
  const { selection } = process
  if (selection === null) return
  selection.match = null
  if (selection.owner !== null) {
    selection.owner = null
    core.census.note(process)
  }
  selection.unseen = null
  selection.expired = false
  if (selection.timer !== null) {
    core.timers.remove(selection.timer)
    selection.timer = null
  }
}

/** Enters a process's entry in its first turn. */
function enterFirst(core: Core, process: Process, start: Start): void {
  const { registers } = core
  if (process.ending !== END_NONE) return
  process.start = null
  core.strand = process
  process.phase = STRAND_RUNNING
  let value: unknown
  let awaitable: PromiseLike<unknown> | undefined
  let mode = RESUME_NEXT
  try {
    const target = typeof start.target === 'function' ? start.target : core.options.code.entry(start.target.module, start.target.export)
    if (typeof target !== 'function') {
      const { module, export: name } = start.target as { module: string; export: string }
      throw Object.assign(new ProcessError('undef', `${module} exports no function ${name}`), { module, export: name })
    }
    registers.callee = target
    value = target(...start.args)
    if (registers.pushed !== null) {
      process.top = new Frame(value as Generator, registers.pushed, null, core.nowMs)
      if (ownerOf(registers.pushed).tells) relationsOf(process).tells = true
      value = undefined
    } else awaitable = awaitableOf(value)
  } catch (error) {
    value = error
    mode = RESUME_THROW
  }
  registers.pushed = null
  registers.callee = undefined
  core.strand = null
  if (isKilled(process)) return
  if (process.exitDue) {
    process.exitDue = false
    core.ready(process, RESUME_THROW, registers.exit)
  } else if (awaitable !== undefined) {
    awaitSettled(core, process, awaitable)
  } else {
    core.ready(process, mode, value)
  }
}

// Narrowing does not see that running the entry may have ended the process.
function isKilled(process: Process): boolean {
  return process.ending === END_KILL
}
