import type { Process } from '../process/process.ts'

/** Processes that have something to do, first come first served. A linked list through the processes themselves. */
export class RunQueue {
  #first: Process | null = null
  #last: Process | null = null
  /** Entries, including processes that have ended since they were queued. */
  size = 0

  push(process: Process): void {
    process.queued = true
    process.nextRunnable = null
    if (this.#last === null) this.#first = process
    else this.#last.nextRunnable = process
    this.#last = process
    this.size++
  }

  /** Takes these out, in one walk. They go on counting as queued. */
  remove(processes: ReadonlySet<Process>): void {
    let last: Process | null = null
    for (let process = this.#first; process !== null; process = process.nextRunnable) {
      if (!processes.has(process)) {
        last = process
        continue
      }
      if (last === null) this.#first = process.nextRunnable
      else last.nextRunnable = process.nextRunnable
      this.size--
    }
    this.#last = last
  }

  shift(): Process | null {
    const process = this.#first
    if (process === null) return null
    this.#first = process.nextRunnable
    if (this.#first === null) this.#last = null
    process.nextRunnable = null
    process.queued = false
    this.size--
    return process
  }
}
