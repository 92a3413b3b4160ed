import { NOPROC } from '../exit-reason.ts'
import type { ExitReason } from '../exit-reason.ts'
import type { Pid } from '../ids.ts'
import { copyMessage } from '../process/copy-message.ts'
import { ProcessError } from '../process/process-error.ts'
import { ownMap, ownSet } from '../process/process.ts'
import type { Process, Relations } from '../process/process.ts'
import { removeEnvelope } from '../process/message-queue.ts'
import { demonitorAway, linkAway, monitorAway, tellAway, unlinkAway } from './away.ts'
import { callEnded, endCall } from './calls.ts'
import type { Core } from './core.ts'
import { deliver } from './deliver.ts'
import { exitSignal } from './exits.ts'

/** Links two processes. A link to what does not exist throws `noproc`, or is an exit message to one that traps exits (X8). */
export function link(core: Core, process: Process, pid: Pid): void {
  if (pid === process.pid) return
  const other = core.processes.get(pid)
  if (other === undefined) {
    if (linkAway(core, process, pid)) return
    if (!process.trapExit) throw new ProcessError('noproc', `there is no process ${pid} to link to`)
    deliver(core, process, { type: 'exit', pid, reason: { ...NOPROC } }, true)
    return
  }
  linkBoth(process, other)
}

export function linkBoth(process: Process, other: Process): void {
  ownSet(process, 'links').add(other)
  ownSet(other, 'links').add(process)
}

export function unlink(core: Core, process: Process, pid: Pid): void {
  const other = core.processes.get(pid)
  if (other === undefined) return unlinkAway(core, process, pid)
  process.relations?.links.delete(other)
  other.relations?.links.delete(process)
}

export function monitor(core: Core, process: Process, target: Process | undefined, shown: string): string {
  const away = target === undefined ? monitorAway(core, process, shown) : undefined
  if (away !== undefined) return away
  const ref = core.reference()
  if (target === undefined) {
    deliver(core, process, { type: 'down', ref: { ref }, pid: shown, reason: { ...NOPROC } }, true)
    return ref
  }
  // As in OTP: nobody could be told of it.
  if (target === process) return ref
  ownMap(process, 'monitors').set(ref, target)
  ownMap(target, 'monitoredBy').set(ref, process)
  return ref
}

/** True when the monitor was active. `flush` also takes a `Down` out of the queue that has arrived already. */
export function demonitor(core: Core, process: Process, ref: string, flush: boolean): boolean {
  const wasAway = demonitorAway(core, process, ref)
  const target = process.relations?.monitors.get(ref)
  if (target !== undefined) {
    process.relations?.monitors.delete(ref)
    target.relations?.monitoredBy.delete(ref)
  }
  if (flush) {
    for (let envelope = process.first; envelope !== null; envelope = envelope.next) {
      if (isDown(envelope.message, ref)) {
        removeEnvelope(core, process, envelope)
        break
      }
    }
  }
  return target !== undefined || wasAway
}

function isDown(message: unknown, ref: string): boolean {
  if (typeof message !== 'object' || message === null) return false
  const down = message as { type?: unknown; ref?: { ref?: unknown } }
  return down.type === 'down' && down.ref?.ref === ref
}

/** Tells everybody who asked that a process has ended: exit signals over links first, then a `Down` for each monitor in the order set (X25). */
export function tellRelations(core: Core, process: Process, relations: Relations, reason: ExitReason): void {
  if (relations.away !== null) tellAway(core, process, relations.away, reason)
  for (const other of relations.links) {
    other.relations?.links.delete(process)
    exitSignal(core, other, process.pid, reason)
  }
  for (const [ref, watcher] of relations.monitoredBy) {
    watcher.relations?.monitors.delete(ref)
    deliver(core, watcher, { type: 'down', ref: { ref }, pid: process.pid, reason: copyMessage(reason) }, true)
  }
  for (const [ref, target] of relations.monitors) target.relations?.monitoredBy.delete(ref)
  while (relations.calls !== null) endCall(core, relations.calls)
  while (relations.callers !== null && relations.callers.first !== null) callEnded(core, relations.callers.first, reason)
  relations.outcome?.({ status: 'ended', reason })
}
