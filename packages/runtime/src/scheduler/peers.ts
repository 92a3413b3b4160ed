import { schedulerOf } from '../ids.ts'
import type { Pid } from '../ids.ts'
import { WORD_REQUESTS } from '../host/shared-words.ts'
import { estimateBytes, estimateQueueBytes } from '../process/message-size.ts'
import { PROCESS_DEAD } from '../process/process.ts'
import type { Process } from '../process/process.ts'
import type { Core } from './core.ts'
import type { NameTable } from './name-table.ts'
import { FULL, MESSAGE, ROOM, SPAWN } from './signals.ts'
import type { Signal } from './signals.ts'

/** The way to another scheduler: signals arrive there in the order in which they were posted. */
export interface PeerLine {
  /** Whether so much is under way that nothing more is to be posted; its end is told by another `flush`. */
  isCrowded(): boolean
  post(signals: readonly Signal[]): void
  /** A serial that nobody else on that scheduler gets. */
  reserveSerial(): number
}

interface Peer {
  line: PeerLine | null
  outbox: Signal[]
  /** A process that is to be started is among them. */
  startsSome: boolean
  /** Our processes that wait until the outbox is short. */
  readonly waiting: Set<Process>
  /** By serial: its processes whose queues are long, and who of ours waits for that. */
  readonly full: Map<number, Set<Process>>
}

/** Signals that are posted together at most. */
const BATCH = 256
/** A sender waits when so many signals could not be posted yet. */
const OUTBOX_MAX = 1_000
/** A queue is long from so many messages or bytes on, and short again at half of what it had then. Only senders on other schedulers wait: those beside it share its turns. */
const QUEUE_MAX = 10_000
const QUEUE_MAX_BYTES = 32_000_000
/** Every so many messages the latest stands for all; odd, so that it is not always the second of a pair. */
const WEIGHED_EVERY = 17

/** A queue that was long, and who was told. */
interface LongQueue {
  readonly told: Set<number>
  readonly shortAt: number
}

function isLong({ queueLength, first, last }: Process): boolean {
  if (queueLength > QUEUE_MAX) return true
  if (last === null || queueLength % WEIGHED_EVERY !== 0) return false
  // A large one among small ones is no long queue.
  return estimateBytes(last.message) * queueLength > QUEUE_MAX_BYTES && estimateQueueBytes({ first, length: queueLength }) > QUEUE_MAX_BYTES
}

/** The other schedulers as one of them sees them: what is on its way there, who waits for room, which are up. */
export class Peers {
  readonly names: NameTable
  /** Processes with relations to other schedulers. */
  readonly tied = new Set<Process>()
  /** By reference: our processes that have been called from elsewhere and have not answered. */
  readonly answering = new Map<string, Process>()
  /** Our processes with long queues, and the schedulers that were told. */
  readonly long = new Map<Process, LongQueue>()
  /** Our processes that get no turn until another scheduler has room. */
  readonly slowed = new Set<Process>()
  readonly #core: Core
  readonly #peers: (Peer | undefined)[] = []
  readonly #count: number
  #spreadTo: number

  constructor(core: Core, count: number, names: NameTable) {
    this.#core = core
    this.#count = count
    this.names = names
    this.#spreadTo = core.options.id
    for (let id = 1; id <= count; id++)
      if (id !== core.options.id) this.#peers[id] = { line: null, outbox: [], startsSome: false, waiting: new Set(), full: new Map() }
  }

  connect(id: number, line: PeerLine): void {
    const peer = this.#peers[id]
    if (peer !== undefined) peer.line = line
  }

  /** Its processes are gone, and whatever was on its way to them. */
  disconnect(id: number): void {
    const peer = this.#peers[id]
    if (peer === undefined) return
    peer.line = null
    peer.outbox = []
    peer.startsSome = false
    const held = [...peer.waiting, ...[...peer.full.values()].flatMap((waiting) => [...waiting])]
    peer.waiting.clear()
    peer.full.clear()
    for (const process of held) this.#resume(process)
    for (const { told } of this.long.values()) told.delete(id)
  }

  /** A process of another scheduler of this fleet, whether or not that is up. */
  isAway(pid: string): boolean {
    return this.#peers[schedulerOf(pid as Pid)] !== undefined
  }

  isUp(id: number): boolean {
    return (this.#peers[id]?.line ?? null) !== null
  }

  has(id: number): boolean {
    return id >= 1 && id <= this.#count
  }

  /** The next of those that are up, this one included, in turn. */
  spread(): number {
    const { id } = this.#core.options
    for (let step = 1; step <= this.#count; step++) {
      const next = ((this.#spreadTo - 1 + step) % this.#count) + 1
      if (next !== id && !this.isUp(next)) continue
      this.#spreadTo = next
      return next
    }
    return id
  }

  reserveSerial(id: number): number {
    return this.#peers[id]?.line?.reserveSerial() ?? 0
  }

  /** Posted between two turns, or in a long one from the slow path of a check. Dropped when the scheduler is down, as for processes that have ended. */
  post(id: number, signal: Signal): void {
    const peer = this.#peers[id]
    if (peer === undefined || peer.line === null) return
    peer.outbox.push(signal)
    if (signal[0] === SPAWN) peer.startsSome = true
    const core = this.#core
    core.words[WORD_REQUESTS] = 1
    core.wakeUp()
    if (signal[0] === MESSAGE && (peer.outbox.length > OUTBOX_MAX || peer.full.size > 0)) this.#slow(peer, signal[1])
  }

  /** Whoever sends faster than others take waits after this turn: its own, not that of processes beside it. */
  #slow(peer: Peer, to: number): void {
    const process = this.#core.current
    if (process === null || process.serial === 0) return
    const forReceiver = peer.full.get(to)
    if (forReceiver !== undefined) forReceiver.add(process)
    else if (peer.outbox.length > OUTBOX_MAX) peer.waiting.add(process)
    else return
    // As if it stood in the run queue already: nothing puts it there until it is let go.
    this.#core.queue.holdBack(new Set([process]))
    this.slowed.add(process)
    this.#core.hurry()
  }

  #resume(process: Process): void {
    for (const peer of this.#peers) {
      if (peer === undefined) continue
      if (peer.waiting.has(process)) return
      for (const waiting of peer.full.values()) if (waiting.has(process)) return
    }
    this.slowed.delete(process)
    if (this.#core.suspended.has(process)) return
    this.#core.queue.letGo(process)
    if (process.state !== PROCESS_DEAD) this.#core.enqueue(process)
  }

  /** It is ending: what it waits for no longer matters. */
  letGo(process: Process): void {
    let held = false
    for (const peer of this.#peers) {
      if (peer === undefined) continue
      held = peer.waiting.delete(process) || held
      for (const waiting of peer.full.values()) held = waiting.delete(process) || held
    }
    if (held) this.#resume(process)
  }

  /** Processes that are to be started go first, and wait for no room: nobody may hear of one that is not on its way. */
  flush(): void {
    for (const peer of this.#peers) if (peer?.startsSome === true) this.#flush(peer)
    for (const peer of this.#peers) if (peer !== undefined) this.#flush(peer)
  }

  #flush(peer: Peer): void {
    if (peer.line === null || peer.outbox.length === 0) return
    let sent = 0
    while (sent < peer.outbox.length && (peer.startsSome || !peer.line.isCrowded())) {
      peer.line.post(peer.outbox.length <= BATCH ? peer.outbox : peer.outbox.slice(sent, sent + BATCH))
      sent += BATCH
    }
    if (sent >= peer.outbox.length) peer.outbox = []
    else if (sent > 0) peer.outbox = peer.outbox.slice(sent)
    peer.startsSome = false
    if (peer.waiting.size > 0 && peer.outbox.length <= OUTBOX_MAX / 2) {
      const held = [...peer.waiting]
      peer.waiting.clear()
      for (const process of held) this.#resume(process)
    }
  }

  /** A message from there has arrived in one of our queues. */
  arrived(from: number, process: Process): void {
    let long = this.long.get(process)
    if (long === undefined) {
      if (!isLong(process)) return
      this.long.set(process, (long = { told: new Set(), shortAt: process.queueLength / 2 }))
    }
    if (long.told.has(from)) return
    long.told.add(from)
    this.post(from, [FULL, process.serial])
  }

  /** Lets senders of processes go on whose queues are short again. */
  lookAtQueues(): void {
    for (const [process, { told, shortAt }] of this.long) {
      if (process.state !== PROCESS_DEAD && process.queueLength > shortAt) continue
      this.long.delete(process)
      for (const id of told) this.post(id, [ROOM, process.serial])
    }
  }

  markFull(id: number, serial: number): void {
    const full = this.#peers[id]?.full
    if (full !== undefined && !full.has(serial)) full.set(serial, new Set())
  }

  markRoom(id: number, serial: number): void {
    const full = this.#peers[id]?.full
    const held = full?.get(serial)
    if (full === undefined || held === undefined) return
    full.delete(serial)
    for (const process of held) this.#resume(process)
  }
}
