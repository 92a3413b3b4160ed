import type { Pid } from '../ids.ts'
import { appendMessage } from '../process/message-queue.ts'
import * as processes from '../process/process.ts'
import type { Process } from '../process/process.ts'
import * as strands from '../process/strand.ts'
import type { Core } from './core.ts'
import { makeRoom } from './queue-limit.ts'
import { endReceive } from './turn.ts'

// Constants of V8's, too, as imported ones are not (docs/scheduling.md).
const { PROCESS_DEAD } = processes
const { RESUME_NEXT } = strands

/**
 * Puts a message, already a copy, into a process's queue, or hands it to the strand that waits for any. `isSignal`: an exit or down message, which no limit of the queue
 * keeps out. `from`: for who traces; the running process where absent, `null` where nobody knows.
 */
export function deliver(core: Core, process: Process, message: unknown, isSignal = false, from?: Pid | null): boolean {
  if (process.state === PROCESS_DEAD) return false
  core.messages++
  process.received++
  if (core.tracer !== null) core.tracer.delivered(process, message, isSignal, from)
  const strand = process.receiver
  if (strand !== null && !process.matches) {
    if (process.selection === null) process.receiver = null
    else endReceive(core, process)
    core.ready(strand, RESUME_NEXT, message)
    return true
  }
  const { queueLimit } = process
  if (queueLimit !== null && process.queueLength >= queueLimit.max && !isSignal && !makeRoom(core, process, queueLimit, message))
    return false
  appendMessage(core, process, message)
  if (process.hasUnseen) core.enqueue(process)
  return true
}
