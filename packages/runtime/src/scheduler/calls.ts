import type { ExitReason } from '../exit-reason.ts'
import { describeExit } from '../exit-reason.ts'
import { parsePid } from '../ids.ts'
import type { Pid } from '../ids.ts'
import { Call, callOf, markMessage } from '../process/call.ts'
import { copyMessage } from '../process/copy-message.ts'
import { ProcessError } from '../process/process-error.ts'
import { callersOf, relationsOf } from '../process/process.ts'
import type { HostCall, Process } from '../process/process.ts'
import { RESUME_NEXT, RESUME_THROW, STRAND_RUNNING } from '../process/strand.ts'
import type { Strand } from '../process/strand.ts'
import { TIMER_CALL, Timer } from '../process/timer-heap.ts'
import { replyAway } from './away.ts'
import type { Core } from './core.ts'
import { deliver } from './deliver.ts'
import { addTimer, dropTimer } from './timers.ts'

/** A `call` that got no answer: the process has ended, or the time ran out. */
export class CallError extends ProcessError {
  /** Why the called process ended, when it did. */
  readonly reason: ExitReason | undefined
  readonly pid: Pid
  constructor(code: 'exited' | 'noproc' | 'timeout' | 'queue_full', pid: Pid, message: string, reason?: ExitReason) {
    super(code, message)
    this.name = 'CallError'
    this.pid = pid
    this.reason = reason
  }
}

/** Delivers a call whose strand will wait; the message is a copy already. Returns what is to be thrown where it was refused before a strand that runs could wait. */
export function beginCall(core: Core, strand: Strand, to: Process, message: object, timeoutMs: number): unknown {
  strand.ticket++
  const call = new Call(core.reference(), to, strand, null)
  markMessage(message, call)
  if (timeoutMs !== Number.POSITIVE_INFINITY) {
    const timer = new Timer(TIMER_CALL, strand.process, strand, core.options.clock.monotonicMs() + timeoutMs, '')
    timer.call = call
    call.timer = timer
    addTimer(core, timer)
  }
  const relations = relationsOf(strand.process)
  const other = relations.calls
  if (other !== null) other.beforeOwn = call
  call.nextOwn = other
  relations.calls = call
  callersOf(to).add(call)
  deliver(core, to, message)
  const { refused } = call
  call.refused = null
  return refused
}

/** Somebody beyond this scheduler waits for an answer of the process. */
export function awaitAnswer(to: Process, host: HostCall): Call {
  const call = new Call(host.ref, to, null, host)
  callersOf(to).add(call)
  return call
}

export function deliverHostCall(core: Core, to: Process, message: object, host: HostCall): boolean {
  markMessage(message, awaitAnswer(to, host))
  return deliver(core, to, message, false, host.caller)
}

/** The call is over: nobody waits for its answer any more. */
export function endCall(core: Core, call: Call): void {
  const { to, strand, timer, beforeOwn, nextOwn } = call
  to?.relations?.callers?.remove(call)
  if (strand !== null) {
    const { relations } = strand.process
    if (nextOwn !== null) nextOwn.beforeOwn = beforeOwn
    if (beforeOwn !== null) beforeOwn.nextOwn = nextOwn
    else if (relations !== null) relations.calls = nextOwn
    if (timer !== null) dropTimer(core, timer)
  }
  call.to = call.strand = call.host = call.timer = call.beforeOwn = call.nextOwn = null
}

/** Whoever waits beyond this scheduler waits no longer. */
export function giveUpCall(core: Core, to: Process, ref: string): void {
  const call = to.relations?.callers?.find(ref)
  if (call !== undefined) endCall(core, call)
}

/** Where the answer to a message goes, as a value that can be kept or sent to whoever will answer; `undefined` for one that came by no call. */
export function replyAddress(message: unknown): { to: Pid; ref: string } | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const call = callOf(message)
  return call === undefined ? undefined : { to: call.called, ref: call.ref }
}

/** The open call that a value made by `replyAddress` names. */
function addressed(core: Core, value: object): Call | undefined {
  const { to: pid, ref } = value as { to?: unknown; ref?: unknown }
  if (typeof pid !== 'string' || typeof ref !== 'string') return undefined
  return core.processes.get(pid as Pid)?.relations?.callers?.find(ref)
}

/** Answers a call, named by its message or its reply address; late and second answers vanish. */
export function reply(core: Core, message: unknown, value: unknown, fresh?: object | null): void {
  if (typeof message !== 'object' || message === null) return
  const call = callOf(message) ?? addressed(core, message)
  if (call === undefined) return replyElsewhere(core, message, value, fresh)
  if (call.to === null) return
  const copy = core.registers.copy(value, fresh)
  if (core.tracer !== null) core.tracer.replied(call.called, call.from, copy)
  const { host } = call
  if (host === null) return settle(core, call, RESUME_NEXT, copy)
  endCall(core, call)
  if (host.answer !== null) host.answer({ status: 'answered', value: copy })
  else core.options.emit({ type: 'replied', ref: host.ref, value: copy })
}

function replyElsewhere(core: Core, message: object, value: unknown, fresh?: object | null): void {
  const { to, ref } = message as { to?: unknown; ref?: unknown }
  if (typeof to === 'string' && parsePid(to) !== undefined && typeof ref === 'string')
    replyAway(core, to as Pid, ref, core.registers.copy(value, fresh))
}

const QUEUE_FULL = { type: 'exit', value: 'queue_full' } as const satisfies ExitReason

/** A message that the queue had no room for: where it was a call, its caller is told at once. */
export function refuseCall(core: Core, message: unknown): void {
  if (typeof message !== 'object' || message === null) return
  const call = callOf(message)
  if (call !== undefined) callEnded(core, call, QUEUE_FULL)
}

/** Tells whoever waits for an answer that there will be none. */
export function callEnded(core: Core, call: Call, reason: ExitReason): void {
  const { host } = call
  if (host === null) return settle(core, call, RESUME_THROW, callEndedError(call.called, reason))
  endCall(core, call)
  if (host.answer !== null) host.answer({ status: 'ended', reason })
  else core.options.emit({ type: 'call_ended', ref: host.ref, reason })
}

export function callEndedError(pid: Pid, reason: ExitReason): CallError {
  if (reason.type === 'exit' && reason.value === QUEUE_FULL.value)
    return new CallError('queue_full', pid, `the queue of process ${pid} is full`, reason)
  if (reason.type === 'noproc') return new CallError('noproc', pid, `there is no process ${pid}`, { type: 'noproc' })
  const message = `process ${pid} ended before it answered: ${describeExit(reason)}`
  return new CallError('exited', pid, message, copyMessage(reason) as ExitReason)
}

export function timeOutCall(core: Core, call: Call): void {
  settle(core, call, RESUME_THROW, new CallError('timeout', call.called, `process ${call.called} did not answer in time`))
}

/** The strand that waits goes on, unless the call is over. */
function settle(core: Core, call: Call, mode: number, value: unknown): void {
  const { strand } = call
  if (strand === null) return
  endCall(core, call)
  if (!core.resume(strand, call.ticket, mode, value) && strand.ticket === call.ticket && strand.phase === STRAND_RUNNING)
    call.refused = value
}
