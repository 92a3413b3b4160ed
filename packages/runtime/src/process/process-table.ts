import type { Pid } from '../ids.ts'
import type { Process } from './process.ts'

const BUCKETS_MIN = 64
/** Longer than any pid; a text beyond it is none, however long it is. */
const PID_LENGTH_MAX = 20

/**
 * The processes of one scheduler by pid. A pid ends with its serial number and these rise by one, so its last digits are a perfect hash: no text is hashed, and entries
 * are chained through the processes themselves. A `Map` takes 50 ns more for each process that begins and ends, and 40 bytes.
 */
export class ProcessTable {
  #buckets = emptyBuckets(BUCKETS_MIN)
  readonly #prefixLength: number
  size = 0

  /** `scheduler`: the number that the pids begin with. */
  constructor(scheduler: number) {
    this.#prefixLength = `${scheduler}.`.length
  }

  /** `undefined` for whatever is not the pid of a process in here. */
  get(pid: string): Process | undefined {
    if (typeof pid !== 'string' || pid.length > PID_LENGTH_MAX) return undefined
    let serial = 0
    for (let i = this.#prefixLength; i < pid.length; i++) serial = (serial * 10 + pid.charCodeAt(i) - 48) | 0
    const buckets = this.#buckets
    for (let process = buckets[serial & (buckets.length - 1)] ?? null; process !== null; process = process.nextInTable) {
      if (process.pid === pid) return process
    }
    return undefined
  }

  has(pid: Pid): boolean {
    return this.get(pid) !== undefined
  }

  add(process: Process): void {
    if (++this.size > this.#buckets.length) this.#resize(this.#buckets.length * 2)
    put(this.#buckets, process)
  }

  /** The process must be in here. */
  delete(process: Process): void {
    const buckets = this.#buckets
    const index = process.serial & (buckets.length - 1)
    let before: Process | null = null
    for (let at = buckets[index] ?? null; at !== process; at = at.nextInTable) {
      if (at === null) return
      before = at
    }
    if (before === null) buckets[index] = process.nextInTable
    else before.nextInTable = process.nextInTable
    process.nextInTable = null
    if (--this.size < buckets.length >> 3 && buckets.length > BUCKETS_MIN) this.#resize(buckets.length >> 1)
  }

  /** Every process once. None may be added or deleted meanwhile. */
  *values(): IterableIterator<Process> {
    for (const first of this.#buckets) for (let process = first; process !== null; process = process.nextInTable) yield process
  }

  /** The same as a loop without an iterator, whose steps cost as much as looking at a process. */
  each(visit: (process: Process) => void): void {
    for (const first of this.#buckets) for (let process = first; process !== null; process = process.nextInTable) visit(process)
  }

  #resize(length: number): void {
    const buckets = emptyBuckets(length)
    for (const first of this.#buckets) {
      for (let process = first; process !== null; ) {
        const next: Process | null = process.nextInTable
        put(buckets, process)
        process = next
      }
    }
    this.#buckets = buckets
  }
}

function emptyBuckets(length: number): (Process | null)[] {
  return Array.from({ length }, () => null)
}

function put(buckets: (Process | null)[], process: Process): void {
  const index = process.serial & (buckets.length - 1)
  process.nextInTable = buckets[index] ?? null
  buckets[index] = process
}
