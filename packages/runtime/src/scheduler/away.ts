import type { ExitReason } from '../exit-reason.ts'
import { schedulerOf, serialOf } from '../ids.ts'
import type { Pid } from '../ids.ts'
import type { Process } from '../process/process.ts'
import { ProcessError } from '../process/process-error.ts'
import { RESUME_NEXT, RESUME_THROW } from '../process/strand.ts'
import type { Strand } from '../process/strand.ts'
import { TIMER_AWAY_CALL, Timer } from '../process/timer-heap.ts'
import type { SpawnOptions } from '../process-api/index.ts'
import { awayOf, type AwayRelations } from '../process/away-relations.ts'
import { CallError, callEndedError } from './calls.ts'
import type { Core } from './core.ts'
import { requireFreeName } from './names.ts'
import type { Peers } from './peers.ts'
import * as signal from './signals.ts'
import type { Signal } from './signals.ts'
import { addTimer, dropTimer } from './timers.ts'

// What a process does with processes of other schedulers. Each function is reached when the process is not one of ours; what comes from there is in `arrivals.ts`.

let unlinks = 0

function post(peers: Peers, to: Pid, sent: Signal): void {
  peers.post(schedulerOf(to), sent)
}

/** The pid behind a pid or name of another scheduler. */
export function findAway(core: Core, to: string): Pid | undefined {
  const { peers } = core
  if (peers === null) return undefined
  if (peers.isAway(to)) return to as Pid
  return peers.names.find(to)
}

/** Sends a copy. */
export function sendAway(core: Core, to: string, message: unknown): void {
  const pid = findAway(core, to)
  if (core.peers === null || pid === undefined) return
  const from = core.tracer === null ? undefined : core.owner()?.pid
  post(core.peers, pid, from === undefined ? [signal.MESSAGE, serialOf(pid), message] : [signal.MESSAGE, serialOf(pid), message, from])
}

/** Answers a call of a process on another scheduler, by its address. */
export function replyAway(core: Core, to: Pid, ref: string, value: unknown): void {
  if (core.peers !== null && core.peers.isAway(to)) post(core.peers, to, [signal.REPLY, serialOf(to), ref, value])
}

/** True when the process is on another scheduler, and the call is under way. */
export function callAway(core: Core, caller: Process, strand: Strand, to: string, message: object, timeoutMs: number): void {
  const { peers } = core
  const pid = findAway(core, to)
  if (peers === null || pid === undefined) return
  const ref = core.reference()
  const ticket = ++strand.ticket
  let timer: Timer | null = null
  if (timeoutMs !== Number.POSITIVE_INFINITY) {
    timer = new Timer(TIMER_AWAY_CALL, caller, strand, core.options.clock.monotonicMs() + timeoutMs, ref)
    addTimer(core, timer)
  }
  awayOf(caller, peers.tied).calls.set(ref, { strand, ticket, timer, to: pid, isInfo: false })
  core.tracer?.sent(pid, message, 'call')
  post(peers, pid, [signal.CALL, serialOf(pid), message, caller.pid, ref])
}

/** Asks what a process of another scheduler is; its scheduler answers, so it waits for no turn of the process. */
export function infoAway(core: Core, peers: Peers, caller: Process, strand: Strand, pid: Pid): void {
  const ref = core.reference()
  awayOf(caller, peers.tied).calls.set(ref, { strand, ticket: ++strand.ticket, timer: null, to: pid, isInfo: true })
  post(peers, pid, [signal.INFO, serialOf(pid), caller.pid, ref])
}

/** Settles a call, if it still waits. */
export function settleAway(core: Core, caller: Process, ref: string, answer: { value: unknown } | { reason: ExitReason }): void {
  const call = caller.relations?.away?.calls.get(ref)
  if (call === undefined) return
  caller.relations?.away?.calls.delete(ref)
  if (call.timer !== null) dropTimer(core, call.timer)
  if ('value' in answer && !call.isInfo) core.tracer?.replied(call.to, caller.pid, answer.value)
  if ('value' in answer) core.resume(call.strand, call.ticket, RESUME_NEXT, answer.value)
  else core.resume(call.strand, call.ticket, RESUME_THROW, callEndedError(call.to, answer.reason))
}

export function timeOutAway(core: Core, caller: Process, ref: string): void {
  const call = caller.relations?.away?.calls.get(ref)
  if (call === undefined || core.peers === null) return
  caller.relations?.away?.calls.delete(ref)
  post(core.peers, call.to, [signal.UNCALL, serialOf(call.to), ref])
  core.resume(call.strand, call.ticket, RESUME_THROW, new CallError('timeout', call.to, `process ${call.to} did not answer in time`))
}

/** Links to a process of another scheduler, which answers with an exit signal `noproc` when it does not exist. False when the pid is none of those. */
export function linkAway(core: Core, process: Process, pid: Pid): boolean {
  const { peers } = core
  if (peers === null || !peers.isAway(pid) || !peers.isUp(schedulerOf(pid))) return false
  const away = awayOf(process, peers.tied)
  away.unlinking.delete(pid)
  away.links.add(pid)
  post(peers, pid, [signal.LINK, serialOf(pid), process.pid])
  return true
}

export function unlinkAway(core: Core, process: Process, pid: Pid): void {
  const away = process.relations?.away ?? null
  if (core.peers === null || away === null || !away.links.delete(pid)) return
  const id = ++unlinks
  away.unlinking.set(pid, id)
  post(core.peers, pid, [signal.UNLINK, serialOf(pid), process.pid, id])
}

/** The reference, or `undefined` when nobody elsewhere is meant. */
export function monitorAway(core: Core, process: Process, to: string): string | undefined {
  const { peers } = core
  const pid = findAway(core, to)
  if (peers === null || pid === undefined || !peers.isUp(schedulerOf(pid))) return undefined
  const ref = core.reference()
  awayOf(process, peers.tied).monitors.set(ref, pid)
  post(peers, pid, [signal.MONITOR, serialOf(pid), process.pid, ref])
  return ref
}

/** True when the monitor was active. */
export function demonitorAway(core: Core, process: Process, ref: string): boolean {
  const away = process.relations?.away ?? null
  const pid = away?.monitors.get(ref)
  if (core.peers === null || away === null || pid === undefined) return false
  away.monitors.delete(ref)
  post(core.peers, pid, [signal.DEMONITOR, serialOf(pid), ref])
  return true
}

/** `exit(pid, reason)`; a kill also reaches a turn that comes to no end (KILL1). */
export function exitAway(core: Core, process: Process, pid: Pid, reason: ExitReason | 'kill'): void {
  const { peers } = core
  if (peers === null || !peers.isAway(pid)) return
  core.tracer?.signalled(process.pid, pid, reason)
  if (reason !== 'kill') return post(peers, pid, [signal.EXIT, serialOf(pid), process.pid, reason])
  post(peers, pid, [signal.KILL, serialOf(pid)])
  core.options.emit({ type: 'kill_sent', pid })
}

/** Registers a process of another scheduler. If that has ended, or has a name, the name is free again as soon as it says so (NAME2). */
export function registerAway(core: Core, name: string, pid: Pid): boolean {
  const { peers } = core
  if (peers === null || !peers.isAway(pid) || !peers.isUp(schedulerOf(pid))) return false
  requireFreeName(core, name)
  if (!peers.names.add(name, schedulerOf(pid), serialOf(pid))) throw new ProcessError('badarg', `the name ${name} is taken`)
  post(peers, pid, [signal.NAMED, serialOf(pid), name])
  return true
}

/** False when nobody elsewhere has the name. */
export function unregisterAway(core: Core, name: string): boolean {
  const { peers } = core
  const pid = typeof name === 'string' ? peers?.names.find(name) : undefined
  if (peers === null || pid === undefined || !peers.names.remove(name, pid)) return false
  post(peers, pid, [signal.UNNAMED, serialOf(pid), name])
  return true
}

/** Where a process is to be started: this scheduler's number, or another's that is up. Throws `badarg` for what is none, `scheduler_down` for one that is not up. */
export function placeOf(core: Core, scheduler: unknown): number {
  const { peers } = core
  const { id } = core.options
  if (scheduler === 'spread') return peers === null ? id : peers.spread()
  if (typeof scheduler !== 'number' || (peers === null ? scheduler !== id : !peers.has(scheduler)))
    throw new ProcessError('badarg', `there is no scheduler ${String(scheduler).slice(0, 40)}`)
  if (scheduler !== id && peers?.isUp(scheduler) === false)
    throw new ProcessError('scheduler_down', `scheduler ${scheduler} is being started again`)
  return scheduler
}

/** Starts a process on another scheduler; its pid is known at once. The arguments are copies. */
export function spawnAway(
  core: Core,
  scheduler: number,
  parent: Process | null,
  parentPid: Pid | null,
  entry: { readonly module: string; readonly export: string },
  args: readonly unknown[],
  options: SpawnOptions | undefined,
): Pid {
  const peers = core.peers as Peers
  const serial = peers.reserveSerial(scheduler)
  const pid = `${scheduler}.${serial}` as Pid
  const name = options?.name ?? null
  if (name !== null && !peers.names.add(name, scheduler, serial)) throw new ProcessError('badarg', `the name ${name} is taken`)
  const isLinked = parent !== null && options?.link === true
  if (isLinked) awayOf(parent, peers.tied).links.add(pid)
  let monitor: signal.SpawnOrder['monitor'] = null
  if (parent !== null && options?.monitor === true) {
    monitor = { pid: parent.pid, ref: core.reference() }
    awayOf(parent, peers.tied).monitors.set(monitor.ref, pid)
  }
  const order = {
    parent: parentPid,
    module: entry.module,
    export: entry.export,
    args,
    name,
    queueLimit: options?.queueLimit ?? null,
    link: isLinked ? parent.pid : null,
    monitor,
  }
  peers.post(scheduler, [signal.SPAWN, serial, order])
  return pid
}

/** Tells everybody elsewhere that a process of ours has ended: exit signals first, then a `Down` for each monitor in the order set (X25). */
export function tellAway(core: Core, process: Process, away: AwayRelations, reason: ExitReason): void {
  const peers = core.peers as Peers
  peers.tied.delete(process)
  for (const pid of away.links) core.tracer?.signalled(process.pid, pid, reason)
  for (const pid of away.links) post(peers, pid, [signal.LINK_EXIT, serialOf(pid), process.pid, reason])
  for (const [ref, pid] of away.monitoredBy) post(peers, pid, [signal.DOWN, serialOf(pid), process.pid, ref, reason])
  for (const [ref, pid] of away.monitors) post(peers, pid, [signal.DEMONITOR, serialOf(pid), ref])
  for (const [ref, { to, timer }] of away.calls) {
    if (timer !== null) dropTimer(core, timer)
    post(peers, to, [signal.UNCALL, serialOf(to), ref])
  }
}
