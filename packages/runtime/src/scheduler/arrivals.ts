import { behaviourNamed } from '../abi.ts'
import { NOPROC } from '../exit-reason.ts'
import type { ExitReason } from '../exit-reason.ts'
import { formatPid, schedulerOf, serialOf } from '../ids.ts'
import type { Pid } from '../ids.ts'
import { PROCESS_ALIVE, Process, relationsOf } from '../process/process.ts'
import { settleAway } from './away.ts'
import { awayOf } from '../process/away-relations.ts'
import { deliverHostCall, giveUpCall, reply } from './calls.ts'
import type { Core } from './core.ts'
import { deliver } from './deliver.ts'
import { exitSignal, killProcess } from './exits.ts'
import { adoptName, dropName } from './names.ts'
import type { Peers } from './peers.ts'
import { processInfo } from './process-info.ts'
import { queueLimitOf } from './queue-limit.ts'
import * as signal from './signals.ts'
import type { Signal } from './signals.ts'

const LOST: ExitReason = { type: 'scheduler_restarted' }

export interface Arrived {
  readonly from: number
  readonly signals: readonly Signal[]
}

/**
 * Takes all that has arrived from other schedulers. Processes that they have started come first: whoever was told of one on a third scheduler may call it before the line of its starter has been looked at (SCHED3).
 */
export function takeArrived(core: Core, arrived: readonly Arrived[]): void {
  const isSpawn = ([kind]: Signal): boolean => kind === signal.SPAWN
  const starting = new Set(arrived.filter(({ signals }) => signals.some(isSpawn)))
  for (const { from, signals } of starting) takeSignals(core, from, signals.filter(isSpawn))
  for (const batch of arrived)
    takeSignals(core, batch.from, starting.has(batch) ? batch.signals.filter((one) => !isSpawn(one)) : batch.signals)
}

/** Takes what another scheduler sent, in its order. To be called between turns, before the epoch is read (GEN3). */
export function takeSignals(core: Core, from: number, signals: readonly Signal[]): void {
  const peers = core.peers as Peers
  for (const one of signals) take(core, peers, from, one)
}

function take(core: Core, peers: Peers, from: number, arrived: Signal): void {
  const process = core.processes.get(formatPid(core.options.id, arrived[1]))
  switch (arrived[0]) {
    case signal.MESSAGE:
      if (process === undefined) return
      deliver(core, process, arrived[2], false, arrived[3] ?? null)
      return peers.arrived(from, process)
    case signal.CALL:
      return takeCall(core, peers, process, arrived)
    case signal.ANSWER: {
      const [, , ref, answer] = arrived
      if (process !== undefined) settleAway(core, process, ref, answer)
      return
    }
    case signal.UNCALL:
      peers.answering.delete(arrived[2])
      if (process !== undefined) giveUpCall(core, process, arrived[2])
      return
    case signal.LINK: {
      const [, serial, other] = arrived
      if (process === undefined) return peers.post(from, [signal.LINK_EXIT, serialOf(other), formatPid(core.options.id, serial), NOPROC])
      const away = awayOf(process, peers.tied)
      // It was sent before the other side had seen that the link is to be no more.
      if (!away.unlinking.has(other)) away.links.add(other)
      return
    }
    case signal.UNLINK: {
      const [, serial, other, id] = arrived
      process?.relations?.away?.links.delete(other)
      return peers.post(from, [signal.UNLINKED, serialOf(other), formatPid(core.options.id, serial), id])
    }
    case signal.UNLINKED: {
      const [, , other, id] = arrived
      const unlinking = process?.relations?.away?.unlinking
      if (unlinking?.get(other) === id) unlinking.delete(other)
      return
    }
    case signal.LINK_EXIT: {
      const [, , other, reason] = arrived
      // Without the link it was taken back meanwhile.
      if (process?.relations?.away?.links.delete(other) === true) exitSignal(core, process, other, reason)
      return
    }
    case signal.EXIT:
      if (process !== undefined) exitSignal(core, process, arrived[2], arrived[3])
      return
    case signal.KILL:
      if (process !== undefined) killProcess(core, process, { type: 'killed', by: 'signal', reason: '' })
      return
    case signal.MONITOR: {
      const [, serial, watcher, ref] = arrived
      if (process !== undefined) awayOf(process, peers.tied).monitoredBy.set(ref, watcher)
      else peers.post(from, [signal.DOWN, serialOf(watcher), formatPid(core.options.id, serial), ref, NOPROC])
      return
    }
    case signal.DEMONITOR:
      process?.relations?.away?.monitoredBy.delete(arrived[2])
      return
    case signal.DOWN: {
      const [, , pid, ref, reason] = arrived
      if (process?.relations?.away?.monitors.delete(ref) === true) deliver(core, process, { type: 'down', ref: { ref }, pid, reason }, true)
      return
    }
    case signal.SPAWN:
      return takeSpawn(core, peers, arrived[1], arrived[2])
    case signal.NAMED:
      return adoptName(core, peers, process, formatPid(core.options.id, arrived[1]), arrived[2])
    case signal.UNNAMED:
      if (process?.name === arrived[2]) dropName(core, process)
      return
    case signal.REPLY: {
      const [, , ref, value] = arrived
      if (process !== undefined) reply(core, { to: process.pid, ref }, value)
      return
    }
    case signal.INFO: {
      const [, , asker, ref] = arrived
      const value = process === undefined ? undefined : processInfo(core, process)
      return peers.post(from, [signal.ANSWER, serialOf(asker), ref, { status: 'answered', value }])
    }
    case signal.FULL:
      return peers.markFull(from, arrived[1])
    case signal.ROOM:
      return peers.markRoom(from, arrived[1])
  }
}

function takeCall(
  core: Core,
  peers: Peers,
  process: Process | undefined,
  [, , message, caller, ref]: Extract<Signal, readonly [typeof signal.CALL, ...unknown[]]>,
): void {
  const answer = (given: Extract<Signal, readonly [typeof signal.ANSWER, ...unknown[]]>[3]): void => {
    peers.answering.delete(ref)
    peers.post(schedulerOf(caller), [signal.ANSWER, serialOf(caller), ref, given])
  }
  if (process === undefined) return answer({ status: 'ended', reason: NOPROC })
  peers.answering.set(ref, process)
  deliverHostCall(core, process, message, { ref, caller, answer })
  peers.arrived(schedulerOf(caller), process)
}

function takeSpawn(core: Core, peers: Peers, serial: number, order: signal.SpawnOrder): void {
  const { module, export: exportName, args, name, queueLimit, link, monitor } = order
  const process = new Process(formatPid(core.options.id, serial), serial, order.parent, core.nowMs)
  if (queueLimit !== null) relationsOf(process).queueLimit = queueLimitOf({ queueLimit })
  core.processes.add(process)
  // It may have been taken away while this was under way.
  if (name !== null && peers.names.find(name) === process.pid) {
    relationsOf(process).name = name
    core.names.set(name, process)
  }
  if (link !== null) awayOf(process, peers.tied).links.add(link)
  if (monitor !== null) awayOf(process, peers.tied).monitoredBy.set(monitor.ref, monitor.pid)
  // The runtime's own code is shown as where it is entered by reference.
  process.entry = behaviourNamed(module) === undefined ? { module, export: exportName } : exportName
  process.start = { target: { module, export: exportName }, args, owner: null }
  core.enqueue(process)
}

/**
 * Another scheduler's thread has ended, and everything that it sent was taken: links and monitors of its processes are told `scheduler_restarted`, calls fail with it, as
 * if each of its processes had ended for that reason.
 */
export function takeLoss(core: Core, lost: number): void {
  const peers = core.peers as Peers
  peers.disconnect(lost)
  const isLost = (pid: Pid): boolean => schedulerOf(pid) === lost
  for (const [ref, process] of peers.answering) {
    if (!ref.startsWith(`${lost}.`)) continue
    peers.answering.delete(ref)
    giveUpCall(core, process, ref)
  }
  for (const process of [...peers.tied]) {
    const away = process.relations?.away ?? null
    if (away === null) continue
    for (const pid of [...away.unlinking.keys()].filter(isLost)) away.unlinking.delete(pid)
    for (const [ref, watcher] of [...away.monitoredBy]) if (isLost(watcher)) away.monitoredBy.delete(ref)
    for (const pid of [...away.links].filter(isLost)) {
      away.links.delete(pid)
      if (process.state === PROCESS_ALIVE) exitSignal(core, process, pid, LOST)
    }
    for (const [ref, pid] of [...away.monitors]) {
      if (!isLost(pid)) continue
      away.monitors.delete(ref)
      deliver(core, process, { type: 'down', ref: { ref }, pid, reason: { ...LOST } }, true)
    }
    for (const [ref, { to }] of [...away.calls]) if (isLost(to)) settleAway(core, process, ref, { reason: LOST })
  }
}
