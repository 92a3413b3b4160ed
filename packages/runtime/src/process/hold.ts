import type { CodeInstance } from '../code/instance.ts'
import { relationsOf } from './process.ts'
import type { Process } from './process.ts'

/** That a process pins one more generation than the first, which stands in the process itself: most pin one, and there may be a million of them. */
export interface Hold {
  readonly holders: Holders
  /** Among them. */
  place: number
}

/** Who pins one generation: a heap, whoever has pinned it longest first. */
export class Holders {
  readonly owner: CodeInstance
  readonly #processes: Process[] = []
  /** When the oldest reason of each began, in milliseconds since the scheduler's start. */
  readonly #since: number[] = []

  constructor(owner: CodeInstance) {
    this.owner = owner
  }

  get size(): number {
    return this.#processes.length
  }

  /** In no order but that the first has pinned it longest. */
  get all(): readonly Process[] {
    return this.#processes
  }

  /** Since when the first has pinned it; `undefined` where nobody does. */
  get oldest(): number | undefined {
    return this.#since[0]
  }

  sinceOf(process: Process): number {
    return this.#since[this.#placeOf(process)] as number
  }

  add(process: Process, since: number): void {
    if (process.holders === null) process.holders = this
    else (relationsOf(process).moreHolds ??= []).push({ holders: this, place: -1 })
    this.#processes.push(process)
    this.#since.push(since)
    this.#up(process, since, this.size - 1)
  }

  remove(process: Process): void {
    const place = this.#placeOf(process)
    const last = this.#processes.pop() as Process
    const since = this.#since.pop() as number
    if (last !== process) this.#put(last, since, place)
    if (process.holders === this) process.holders = null
    else if (process.moreHolds !== null) {
      const left = process.moreHolds.filter(({ holders }) => holders !== this)
      relationsOf(process).moreHolds = left.length === 0 ? null : left
    }
  }

  /** The process pins it since then. */
  date(process: Process, since: number): void {
    const place = this.#placeOf(process)
    if (this.#since[place] !== since) this.#put(process, since, place)
  }

  #placeOf(process: Process): number {
    if (process.holders === this) return process.holderPlace
    return this.#moreOf(process).place
  }

  #moreOf({ moreHolds }: Process): Hold {
    return (moreHolds as Hold[]).find(({ holders }) => holders === this) as Hold
  }

  #set(process: Process, since: number, place: number): void {
    this.#processes[place] = process
    this.#since[place] = since
    if (process.holders === this) process.holderPlace = place
    else this.#moreOf(process).place = place
  }

  #put(process: Process, since: number, place: number): void {
    const up = this.#up(process, since, place)
    if (up === place) this.#down(process, since, place)
  }

  #up(process: Process, since: number, place: number): number {
    let at = place
    while (at > 0) {
      const parent = (at - 1) >> 1
      const parentSince = this.#since[parent] as number
      if (parentSince <= since) break
      this.#set(this.#processes[parent] as Process, parentSince, at)
      at = parent
    }
    this.#set(process, since, at)
    return at
  }

  #down(process: Process, since: number, place: number): void {
    const sinceOf = this.#since
    let at = place
    for (let child = 2 * at + 1; child < sinceOf.length; child = 2 * at + 1) {
      if (child + 1 < sinceOf.length && (sinceOf[child + 1] as number) < (sinceOf[child] as number)) child++
      const next = sinceOf[child] as number
      if (next >= since) break
      this.#set(this.#processes[child] as Process, next, at)
      at = child
    }
    this.#set(process, since, at)
  }
}
