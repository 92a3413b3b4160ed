import type { Process } from '../process/process.ts'

/** Processes that have something to do, first come first served. A circular list through the processes themselves: the last one leads to the first. */
export class RunQueue {
  #last: Process | null = null
  /** Entries, including processes that have ended since they were queued. */
  size = 0

  push(process: Process): void {
    process.queued = true
    const last = this.#last
    if (last === null) process.nextRunnable = process
    else {
      process.nextRunnable = last.nextRunnable
      last.nextRunnable = process
    }
    this.#last = process
    this.size++
  }

  /** The next one. */
  get first(): Process | null {
    return this.#last === null ? null : this.#last.nextRunnable
  }

  /** Takes these out, in one walk. They go on counting as queued. */
  remove(processes: ReadonlySet<Process>): void {
    let process = this.#last === null ? null : this.#last.nextRunnable
    const entries = this.size
    this.#last = null
    this.size = 0
    for (let entry = 0; entry < entries && process !== null; entry++) {
      const next: Process | null = process.nextRunnable
      if (processes.has(process)) process.nextRunnable = null
      else this.push(process)
      process = next
    }
  }

  shift(): Process | null {
    const last = this.#last
    if (last === null) return null
    const first = last.nextRunnable as Process
    if (first === last) this.#last = null
    else last.nextRunnable = first.nextRunnable
    first.nextRunnable = null
    first.queued = false
    this.size--
    return first
  }
}
