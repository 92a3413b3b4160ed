import type { CodeInstance } from '../code/instance.ts'
import type { Process } from './process.ts'

/** That a process pins a generation, as of the last look at it. */
export class Hold {
  readonly process: Process
  readonly holders: Holders
  /** When the oldest of its reasons began, in milliseconds since the scheduler's start. */
  since: number
  /** Place in the heap of its generation. */
  index = -1
  /** The process's next one. */
  next: Hold | null

  constructor(process: Process, holders: Holders, since: number, next: Hold | null) {
    this.process = process
    this.holders = holders
    this.since = since
    this.next = next
  }
}

/** Who pins one generation: a heap, whoever has pinned it longest first. */
export class Holders {
  readonly owner: CodeInstance
  readonly #heap: Hold[] = []

  constructor(owner: CodeInstance) {
    this.owner = owner
  }

  get size(): number {
    return this.#heap.length
  }

  /** In no order but that the first has pinned it longest. */
  get all(): readonly Hold[] {
    return this.#heap
  }

  add(hold: Hold): void {
    this.#up(hold, this.#heap.push(hold) - 1)
  }

  remove(hold: Hold): void {
    const last = this.#heap.pop() as Hold
    if (last !== hold) this.#place(last, hold.index)
    hold.index = -1
  }

  /** Its `since` has changed. */
  moved(hold: Hold): void {
    this.#place(hold, hold.index)
  }

  #place(hold: Hold, index: number): void {
    this.#up(hold, index)
    if (hold.index === index) this.#down(hold, index)
  }

  #up(hold: Hold, index: number): void {
    const heap = this.#heap
    let at = index
    while (at > 0) {
      const parent = heap[(at - 1) >> 1] as Hold
      if (parent.since <= hold.since) break
      heap[at] = parent
      parent.index = at
      at = (at - 1) >> 1
    }
    heap[at] = hold
    hold.index = at
  }

  #down(hold: Hold, index: number): void {
    const heap = this.#heap
    let at = index
    for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && (heap[child + 1] as Hold).since < (heap[child] as Hold).since) child++
      const next = heap[child] as Hold
      if (next.since >= hold.since) break
      heap[at] = next
      next.index = at
      at = child
    }
    heap[at] = hold
    hold.index = at
  }
}
