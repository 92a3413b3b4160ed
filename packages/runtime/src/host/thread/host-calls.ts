import type { Pid } from '../../ids.ts'
import type { HostAnswer } from '../../process/process.ts'
import type { Scheduler } from '../../scheduler/scheduler.ts'

/** Calls of the host into processes of one scheduler, by the ids of their requests: each is answered once, or given up. */
export class HostCalls {
  readonly #scheduler: Scheduler
  readonly #answer: (id: number, answer: HostAnswer) => void
  /** How each that waits is given up. */
  readonly #waiting = new Map<number, () => void>()

  constructor(scheduler: Scheduler, answer: (id: number, answer: HostAnswer) => void) {
    this.#scheduler = scheduler
    this.#answer = answer
  }

  begin(id: number, pid: Pid, message: object, shown: (answer: HostAnswer) => HostAnswer = (answer) => answer): void {
    let waits = true
    const giveUp = this.#scheduler.callFromHost(pid, message, (answer) => {
      waits = false
      this.#waiting.delete(id)
      // What the process did before it answered is under way before the host knows: it may tell others.
      this.#scheduler.core.peers?.flush()
      this.#answer(id, shown(answer))
    })
    if (waits) this.#waiting.set(id, giveUp)
  }

  giveUp(id: number): void {
    this.#waiting.get(id)?.()
    this.#waiting.delete(id)
  }
}
