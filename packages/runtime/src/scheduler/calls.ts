import type { ExitReason } from '../exit-reason.ts'
import { describeExit } from '../exit-reason.ts'
import { HOST_PID, parsePid } from '../ids.ts'
import type { Pid } from '../ids.ts'
import { copyMessage } from '../process/copy-message.ts'
import { ProcessError } from '../process/process-error.ts'
import { ownMap } from '../process/process.ts'
import type { Caller, HostCall, PendingCall, Process } from '../process/process.ts'
import { RESUME_NEXT, RESUME_THROW } from '../process/strand.ts'
import type { Strand } from '../process/strand.ts'
import { TIMER_CALL, Timer } from '../process/timer-heap.ts'
import { replyAway, timeOutAway } from './away.ts'
import type { Core } from './core.ts'
import { deliver } from './deliver.ts'
import { addTimer, dropTimer } from './timers.ts'

/** Where an answer goes. */
interface ReplyAddress {
  readonly caller: Caller
  readonly to: Process
  readonly ref: string
}

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

const addresses = new WeakMap<object, ReplyAddress>()

/** Delivers a call whose strand will wait; the message is a copy already. */
export function beginCall(core: Core, caller: Process, strand: Strand, to: Process, message: object, timeoutMs: number): void {
  const ref = core.reference()
  const waiting: Caller = { process: caller, host: null }
  addresses.set(message, { caller: waiting, to, ref })
  const ticket = ++strand.ticket
  let timer: Timer | null = null
  if (timeoutMs !== Number.POSITIVE_INFINITY) {
    timer = new Timer(TIMER_CALL, caller, strand, core.options.clock.monotonicMs() + timeoutMs, ref)
    addTimer(core, timer)
  }
  ownMap(caller, 'calls').set(ref, { strand, ticket, timer, to })
  ownMap(to, 'callers').set(ref, waiting)
  deliver(core, to, message)
}

export function deliverHostCall(core: Core, to: Process, message: object, host: HostCall): boolean {
  const caller: Caller = { process: null, host }
  addresses.set(message, { caller, to, ref: host.ref })
  ownMap(to, 'callers').set(host.ref, caller)
  return deliver(core, to, message, false, host.caller)
}

/** Where the answer to a message goes, as a value that can be kept or sent to whoever will answer; `undefined` for one that came by no call. */
export function replyAddress(message: unknown): { to: Pid; ref: string } | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const address = addresses.get(message)
  return address === undefined ? undefined : { to: address.to.pid, ref: address.ref }
}

/** The open call that a value made by `replyAddress` names. */
function addressed(core: Core, value: object): ReplyAddress | undefined {
  const { to: pid, ref } = value as { to?: unknown; ref?: unknown }
  if (typeof pid !== 'string' || typeof ref !== 'string') return undefined
  const to = core.processes.get(pid as Pid)
  const caller = to?.relations?.callers.get(ref)
  return to === undefined || caller === undefined ? undefined : { caller, to, ref }
}

/** Answers a call, named by its message or its reply address; late and second answers vanish. */
export function reply(core: Core, message: unknown, value: unknown): void {
  if (typeof message !== 'object' || message === null) return
  const address = addresses.get(message) ?? addressed(core, message)
  if (address === undefined) return replyElsewhere(core, message, value)
  const copy = core.registers.copy(value)
  addresses.delete(message)
  address.to.relations?.callers.delete(address.ref)
  const { process, host } = address.caller
  if (core.tracer !== null) core.tracer.replied(address.to.pid, process?.pid ?? host?.caller ?? HOST_PID, copy)
  if (process !== null) settle(core, process, address.ref, RESUME_NEXT, copy)
  else if (host.answer !== null) host.answer({ status: 'answered', value: copy })
  else core.options.emit({ type: 'replied', ref: host.ref, value: copy })
}

function replyElsewhere(core: Core, message: object, value: unknown): void {
  const { to, ref } = message as { to?: unknown; ref?: unknown }
  if (typeof to === 'string' && parsePid(to) !== undefined && typeof ref === 'string')
    replyAway(core, to as Pid, ref, core.registers.copy(value))
}

const QUEUE_FULL = { type: 'exit', value: 'queue_full' } as const satisfies ExitReason

/** A message that the queue had no room for: where it was a call, its caller is told at once. */
export function refuseCall(core: Core, to: Process, message: unknown): void {
  if (typeof message !== 'object' || message === null) return
  const address = addresses.get(message)
  if (address === undefined) return
  addresses.delete(message)
  to.relations?.callers.delete(address.ref)
  callEnded(core, address.caller, address.ref, to.pid, QUEUE_FULL)
}

/** Tells whoever waits for an answer that there will be none. */
export function callEnded(core: Core, caller: Caller, ref: string, pid: Pid, reason: ExitReason): void {
  const { process, host } = caller
  if (process !== null) failCall(core, process, ref, pid, reason)
  else if (host.answer !== null) host.answer({ status: 'ended', reason })
  else core.options.emit({ type: 'call_ended', ref, reason })
}

function failCall(core: Core, caller: Process, ref: string, pid: Pid, reason: ExitReason): void {
  settle(core, caller, ref, RESUME_THROW, callEndedError(pid, reason))
}

export function callEndedError(pid: Pid, reason: ExitReason): CallError {
  if (reason.type === 'exit' && reason.value === QUEUE_FULL.value)
    return new CallError('queue_full', pid, `the queue of process ${pid} is full`, reason)
  if (reason.type === 'noproc') return new CallError('noproc', pid, `there is no process ${pid}`, { type: 'noproc' })
  const message = `process ${pid} ended before it answered: ${describeExit(reason)}`
  return new CallError('exited', pid, message, copyMessage(reason) as ExitReason)
}

export function timeOutCall(core: Core, caller: Process, ref: string): void {
  const call = caller.relations?.calls.get(ref)
  if (call === undefined) return timeOutAway(core, caller, ref)
  call.to.relations?.callers.delete(ref)
  settle(core, caller, ref, RESUME_THROW, new CallError('timeout', call.to.pid, `process ${call.to.pid} did not answer in time`))
}

function settle(core: Core, caller: Process, ref: string, mode: number, value: unknown): void {
  const call: PendingCall | undefined = caller.relations?.calls.get(ref)
  if (call === undefined) return
  caller.relations?.calls.delete(ref)
  if (call.timer !== null) dropTimer(core, call.timer)
  core.resume(call.strand, call.ticket, mode, value)
}
