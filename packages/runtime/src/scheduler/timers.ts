import { END_KILL } from '../abi.ts'
import { PROCESS_DEAD, ownSet, relationsOf, selectionOf } from '../process/process.ts'
import type { Process, Task } from '../process/process.ts'
import { RESUME_NEXT } from '../process/strand.ts'
import type { Strand } from '../process/strand.ts'
import { TIMER_AWAY_CALL, TIMER_CALL, TIMER_CALLBACK, TIMER_RECEIVE, TIMER_SLEEP, TIMER_UNWIND } from '../process/timer-heap.ts'
import type { Timer, TimerCallback } from '../process/timer-heap.ts'
import { TIMEOUT } from '../process-api/index.ts'
import type { Call } from '../process/call.ts'
import { timeOutAway } from './away.ts'
import { timeOutCall } from './calls.ts'
import type { Core } from './core.ts'
import { finishKill } from './exits.ts'
import { endReceive } from './turn.ts'

export function addTimer(core: Core, timer: Timer): void {
  core.timers.add(timer)
  if (isListed(timer)) ownSet(timer.process, 'timers').add(timer)
  if (timer.callback !== null && timer.callback.owner !== null) core.census.note(timer.process)
  arm(core)
}

/** Takes a timer out; false when it has fired or was taken out before. */
export function dropTimer(core: Core, timer: Timer): boolean {
  if (isListed(timer)) timer.process.relations?.timers.delete(timer)
  const active = core.timers.remove(timer)
  if (active && timer.callback !== null && timer.callback.owner !== null) core.census.note(timer.process)
  return active
}

/** Whoever else has a deadline keeps its timer itself. */
function isListed({ kind }: Timer): boolean {
  return kind !== TIMER_RECEIVE && kind !== TIMER_CALL
}

/** One timer of the clock stands for the earliest deadline. */
function arm(core: Core): void {
  const earliest = core.timers.peek()
  if (earliest === undefined || earliest.at >= core.armedAt) return
  core.disarm?.()
  core.armedAt = earliest.at
  const delayMs = Math.max(0, Math.min(earliest.at - core.options.clock.monotonicMs(), 0x7fff_ffff))
  core.disarm = core.options.clock.schedule(Math.ceil(delayMs), () => {
    core.armedAt = Number.POSITIVE_INFINITY
    core.disarm = null
    fireTimers(core)
    arm(core)
  })
}

function fireTimers(core: Core): void {
  const now = core.readClock()
  for (let timer = core.timers.peek(); timer !== undefined && timer.at <= now; timer = core.timers.peek()) {
    const repeats = timer.callback?.repeats === true
    if (!repeats) core.timers.remove(timer)
    fire(core, timer)
    if (repeats) {
      if (core.timers.remove(timer)) {
        timer.at = now + Math.max(1, (timer.callback as TimerCallback).delayMs)
        core.timers.add(timer)
      }
    } else if (isListed(timer)) {
      timer.process.relations?.timers.delete(timer)
    }
  }
}

function fire(core: Core, timer: Timer): void {
  const { process } = timer
  switch (timer.kind) {
    case TIMER_RECEIVE: {
      const strand = timer.strand as Strand
      if (process.receiver !== strand) return
      const selection = selectionOf(process)
      selection.timer = null
      // A message that `match` has not seen yet has arrived before the deadline (X33).
      if (selection.unseen !== null) {
        selection.expired = true
        core.enqueue(process)
        return
      }
      endReceive(core, process)
      core.ready(strand, RESUME_NEXT, TIMEOUT)
      return
    }
    case TIMER_SLEEP:
      core.resume(timer.strand as Strand, timer.ticket, RESUME_NEXT, undefined)
      return
    case TIMER_CALL:
      timeOutCall(core, timer.call as Call)
      return
    case TIMER_AWAY_CALL:
      timeOutAway(core, process, timer.ref)
      return
    case TIMER_UNWIND:
      if (process.state !== PROCESS_DEAD) {
        if (core.current === process) process.ending = END_KILL
        else finishKill(core, process)
      }
      return
    case TIMER_CALLBACK: {
      const own = timer.callback as TimerCallback
      // An interval falls due once, however long its process takes to run it.
      if (own.due?.isOver === false) return
      const { callback, args, owner, function: name, at, since } = own
      own.due = { callback, args, owner, function: name, at, since, isOver: false }
      addTask(core, process, own.due)
    }
  }
}

/** Adds a callback to the process's next turn. */
export function addTask(core: Core, process: Process, task: Task): void {
  const relations = relationsOf(process)
  if (relations.tasks === null) relations.tasks = [task]
  else relations.tasks.push(task)
  core.census.note(process)
  core.enqueue(process)
}
