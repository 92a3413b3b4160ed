import type { Process } from '../process/process.ts'

/**
 * Processes that have something to do, first come first served. A circular list through the processes themselves: the last one leads to the first. One that leads to itself
 * beside the list is held back: it passes for queued, so that nothing puts it into the list.
 */
export class RunQueue {
  #last: Process | null = null
  /** Entries, including processes that have ended since they were queued. */
  size = 0

  push(process: Process): void {
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

  shift(): Process | null {
    const last = this.#last
    if (last === null) return null
    const first = last.nextRunnable as Process
    if (first === last) this.#last = null
    else last.nextRunnable = first.nextRunnable
    first.nextRunnable = null
    this.size--
    return first
  }

  /** Takes out, in one walk, those that are queued. They go on counting as queued until they are let go. */
  holdBack(processes: ReadonlySet<Process>): void {
    if ([...processes].some(({ queued }) => queued)) this.#remove(processes)
    for (const process of processes) process.nextRunnable = process
  }

  /** Of one that is not held back nothing changes. */
  letGo(process: Process): void {
    if (process.nextRunnable === process && process !== this.#last) process.nextRunnable = null
  }

  #remove(processes: ReadonlySet<Process>): void {
    let process = this.first
    const entries = this.size
    this.#last = null
    this.size = 0
    for (let entry = 0; entry < entries && process !== null; entry++) {
      const next: Process | null = process.nextRunnable
      if (!processes.has(process)) this.push(process)
      process = next
    }
  }
}
