import type { Clock } from '../clock.ts'
import { estimateBytes } from '../process/message-size.ts'
import type { ProcessTable } from '../process/process-table.ts'
import type { Process } from '../process/process.ts'

/** What a scheduler knows of its thread's memory. */
export interface HeapGauge {
  /** What the thread may use at most. */
  readonly limitBytes: number
  /** Objects, garbage among them, and memory outside of the heap that objects keep, such as buffers. */
  usedBytes(): number
  /** Collects all garbage now. */
  collect(): void
}

export interface HeapOffender {
  readonly process: Process
  readonly liveBytes: number
}

/** Shares of the scheduler's limit. From the first on it is counted who allocates; at the second one process may be ended; for no less than the third of its own. */
export const WATCH_SHARE = 0.3
export const LIMIT_SHARE = 0.4
export const OWN_SHARE = 0.1
/** From here on a collection is not put off. */
export const DANGER_SHARE = 0.75
/** Reading the heap was measured at 0.4–0.9 µs, the clock at 0.04. */
const READ_EVERY_MS = 4
const LOOKS_PER_CLOCK_READ_MAX = 16
/** A collection that acquitted everybody is not repeated before so many times its own duration. */
export const COLLECT_PAUSES = 50
/** One turn in about so many is measured while the heap is watched. */
const TURNS_PER_MEASURE = 64
/** Queues that are looked into, the longest first, and messages of each. */
const QUEUES_MAX = 100
const MESSAGES_MAX = 16

/**
 * Finds the process that fills its scheduler's memory (KILL5). Garbage is no reason, so nothing is decided before a collection; and what others may have
 * retained is never one process's: it is ended for what it retained at least, if they had retained all that they allocated.
 */
export class HeapWatch {
  readonly #gauge: HeapGauge
  readonly #clock: Clock
  readonly #processes: ProcessTable
  readonly #charges = new Map<Process, number>()
  /** Somebody may be to blame soon: turns are measured. */
  watching = false
  #allocated = 0
  /** What was in use when the present evidence began. */
  #base = 0
  #last = { bytes: 0, process: null as Process | null, turn: 0, fullTurns: 0 }
  #chargedByLooks = 0
  #readAtMs = Number.NEGATIVE_INFINITY
  #looks = 1
  #looksLeft = 1
  #turnsLeft = 1
  #random = 1
  #collectFromMs = Number.NEGATIVE_INFINITY

  constructor(gauge: HeapGauge, clock: Clock, processes: ProcessTable) {
    this.#gauge = gauge
    this.#clock = clock
    this.#processes = processes
  }

  get schedulerLimitBytes(): number {
    return this.#gauge.limitBytes
  }

  /** How much may be live before the process that filled it is ended. */
  get limitBytes(): number {
    return Math.round(this.#gauge.limitBytes * LIMIT_SHARE)
  }

  /** From the slow path of a check in the turn number `turn`. */
  look(process: Process, turn: number): HeapOffender | null {
    if (--this.#looksLeft > 0) return null
    const now = this.#clock.monotonicMs()
    if (now - this.#readAtMs < READ_EVERY_MS) {
      this.#looks = Math.min(2 * this.#looks, LOOKS_PER_CLOCK_READ_MAX)
      this.#looksLeft = this.#looks
      return null
    }
    this.#looks = this.#looksLeft = 1
    const { bytes, process: before, turn: turnBefore, fullTurns } = this.#last
    const used = this.#read(now, process, turn)
    // Between two looks nobody else ran if all turns since were this process's, each used up.
    if (before === process && turn - turnBefore === process.fullTurns - fullTurns) {
      if (!this.watching) this.#begin(bytes, used)
      this.#charge(process, used - bytes)
      this.#chargedByLooks++
    }
    return this.#decide(used, now)
  }

  /** Between turns. */
  glance(now: number): HeapOffender | null {
    return now - this.#readAtMs < READ_EVERY_MS ? null : this.#decide(this.#read(now, null, 0), now)
  }

  /** Whether the next turn is to be measured: one in a random number, so that no rhythm of turns escapes. */
  picks(): boolean {
    if (--this.#turnsLeft > 0) return false
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) | 0
    this.#turnsLeft = 1 + ((this.#random >>> 8) % (2 * TURNS_PER_MEASURE))
    return true
  }

  /** Runs a turn and charges its process for as many turns as it stands for. */
  measure(process: Process, run: () => void): HeapOffender | null {
    const { usedBytes } = this.#gauge
    const looked = this.#chargedByLooks
    const before = usedBytes()
    run()
    const used = usedBytes()
    if (this.#chargedByLooks === looked) this.#charge(process, (used - before) * TURNS_PER_MEASURE)
    return this.#decide(used, this.#clock.monotonicMs())
  }

  #read(now: number, process: Process | null, turn: number): number {
    const bytes = this.#gauge.usedBytes()
    this.#readAtMs = now
    this.#last = { bytes, process, turn, fullTurns: process?.fullTurns ?? 0 }
    return bytes
  }

  #charge(process: Process, bytes: number): void {
    if (!this.watching || bytes <= 0) return
    this.#allocated += bytes
    this.#charges.set(process, (this.#charges.get(process) ?? 0) + bytes)
  }

  #begin(base: number, used = base): void {
    this.#base = base
    this.#allocated = 0
    this.#charges.clear()
    this.watching = used >= this.#gauge.limitBytes * WATCH_SHARE
  }

  #decide(used: number, now: number): HeapOffender | null {
    const { limitBytes } = this.#gauge
    if (!this.watching) {
      if (used >= limitBytes * WATCH_SHARE) this.#begin(used)
      return null
    }
    if (used < limitBytes * WATCH_SHARE) {
      this.#begin(used)
      return null
    }
    // A collection by V8 itself has shown that the growth was garbage.
    if (used < this.#base) this.#begin(used)
    if (used < limitBytes * LIMIT_SHARE || (now < this.#collectFromMs && used < limitBytes * DANGER_SHARE)) return null
    if (used - this.#base < limitBytes * OWN_SHARE || this.#offender(used) === null) return null
    this.#gauge.collect()
    const after = this.#clock.monotonicMs()
    this.#collectFromMs = after + COLLECT_PAUSES * (after - now)
    const live = this.#read(after, null, 0)
    const offender = live < limitBytes * LIMIT_SHARE ? null : this.#offender(live)
    if (offender === null) this.#goOn(live)
    else this.#begin(live)
    return offender === null ? null : { process: offender, liveBytes: live }
  }

  /** After a collection that acquitted everybody: what somebody retained for certain still counts, or who grows by little at a time would never be found. */
  #goOn(live: number): void {
    const top = this.#certain(live)
    this.#begin(live)
    if (top === null || top.bytes <= 0) return
    this.#base = live - top.bytes
    this.#allocated = top.bytes
    this.#charges.set(top.process, top.bytes)
  }

  /** Who, with so much in use, retained a tenth of the limit for certain: in its queue, whoever sent it, or else by its own code. */
  #offender(used: number): Process | null {
    const least = this.#gauge.limitBytes * OWN_SHARE
    if (used - this.#base < least) return null
    const queue = longestQueue(this.#processes.values())
    if (queue !== null && queue.bytes >= least) return queue.process
    const top = this.#certain(used)
    return top !== null && top.bytes >= least && this.#processes.has(top.process.pid) ? top.process : null
  }

  /** Who allocated most, and what it retained of that if all others had retained all that they allocated. */
  #certain(used: number): { readonly process: Process; readonly bytes: number } | null {
    let top: Process | null = null
    let most = 0
    for (const [process, bytes] of this.#charges) {
      if (bytes <= most) continue
      top = process
      most = bytes
    }
    if (top === null) return null
    const retained = used - this.#base
    const byOthers = (1 - most / this.#allocated) * Math.max(this.#allocated, retained)
    return { process: top, bytes: retained - byOthers }
  }
}

/** The queue that holds most, by a sample of its messages. */
function longestQueue(processes: Iterable<Process>): { readonly process: Process; readonly bytes: number } | null {
  let longest: Process[] = []
  for (const process of processes) {
    if (process.queueLength === 0) continue
    longest.push(process)
    if (longest.length >= 10 * QUEUES_MAX) longest = byLength(longest)
  }
  let heaviest: { readonly process: Process; readonly bytes: number } | null = null
  for (const process of byLength(longest)) {
    const bytes = queueBytes(process)
    if (heaviest === null || bytes > heaviest.bytes) heaviest = { process, bytes }
  }
  return heaviest
}

function byLength(processes: readonly Process[]): Process[] {
  return processes.toSorted((a, b) => b.queueLength - a.queueLength).slice(0, QUEUES_MAX)
}

function queueBytes(process: Process): number {
  const every = Math.max(1, Math.floor(process.queueLength / MESSAGES_MAX))
  let bytes = 0
  let sampled = 0
  let index = 0
  for (let envelope = process.first; envelope !== null; envelope = envelope.next) {
    if (index++ % every !== 0) continue
    bytes += estimateBytes(envelope.message)
    sampled++
  }
  return sampled === 0 ? 0 : (bytes / sampled) * process.queueLength
}
