import type { CodeInstance } from '../code/instance.ts'
import type { Call } from './call.ts'
import type { Process, Task } from './process.ts'
import type { Strand } from './strand.ts'

export const TIMER_RECEIVE = 0
export const TIMER_SLEEP = 1
export const TIMER_CALL = 2
export const TIMER_CALLBACK = 3
export const TIMER_UNWIND = 4
export const TIMER_AWAY_CALL = 5

/** One deadline of one process. */
export class Timer {
  /** Monotonic milliseconds. */
  at: number
  order = 0
  /** Place in the heap; -1 when not in it. */
  index = -1
  readonly kind: number
  readonly process: Process
  readonly strand: Strand | null
  readonly ticket: number
  /** Reference of the call to another scheduler that it limits. */
  readonly ref: string
  /** The call that it limits. */
  call: Call | null = null
  callback: TimerCallback | null = null

  constructor(kind: number, process: Process, strand: Strand | null, at: number, ref: string) {
    this.kind = kind
    this.process = process
    this.strand = strand
    this.ticket = strand === null ? 0 : strand.ticket
    this.at = at
    this.ref = ref
  }
}

/** What `setTimeout` or `setInterval` was given, and the code that it pins. */
export interface TimerCallback {
  readonly id: number
  readonly callback: (...args: unknown[]) => unknown
  readonly args: readonly unknown[]
  readonly delayMs: number
  readonly repeats: boolean
  readonly owner: CodeInstance | null
  readonly function: string
  readonly at: string
  /** Milliseconds since the scheduler's start. */
  readonly since: number
  /** What it made of itself when it fell due last; over once that has run. */
  due: Task | null
}

/** Deadlines of all processes of a scheduler, earliest first; equal ones in the order they were set. */
export class TimerHeap {
  readonly #heap: Timer[] = []
  #order = 0

  get size(): number {
    return this.#heap.length
  }

  peek(): Timer | undefined {
    return this.#heap[0]
  }

  add(timer: Timer): void {
    timer.order = this.#order++
    timer.index = this.#heap.length
    this.#heap.push(timer)
    this.#up(timer)
  }

  remove(timer: Timer): boolean {
    const at = timer.index
    if (at === -1) return false
    timer.index = -1
    const last = this.#heap.pop() as Timer
    if (last !== timer) {
      last.index = at
      this.#heap[at] = last
      this.#up(last)
      this.#down(last)
    }
    return true
  }

  #up(timer: Timer): void {
    const heap = this.#heap
    let at = timer.index
    while (at > 0) {
      const parent = heap[(at - 1) >> 1] as Timer
      if (!isBefore(timer, parent)) break
      heap[at] = parent
      parent.index = at
      at = (at - 1) >> 1
    }
    heap[at] = timer
    timer.index = at
  }

  #down(timer: Timer): void {
    const heap = this.#heap
    let at = timer.index
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child++
      const next = heap[child] as Timer
      if (!isBefore(next, timer)) break
      heap[at] = next
      next.index = at
      at = child
    }
    heap[at] = timer
    timer.index = at
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
