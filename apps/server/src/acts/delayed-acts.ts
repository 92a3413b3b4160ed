import type { Clock } from '@strata/runtime'

/** CANCEL1: how long the kill of one process can be taken back. */
export const CANCEL_WINDOW_MS = 5_000

interface Waiting {
  readonly begin: () => void
  readonly stopClock: () => void
}

/** Acts whose time has not come: until then somebody can take them back, or not wait for it. No browser is needed for either. */
export class DelayedActs {
  readonly #clock: Clock
  readonly #waiting = new Map<string, Waiting>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  wait(id: string, delayMs: number, begin: () => void): void {
    const stopClock = this.#clock.schedule(delayMs, () => this.now(id))
    this.#waiting.set(id, { begin, stopClock })
  }

  /** Begins at once; false when it no longer waits. */
  now(id: string): boolean {
    const waiting = this.#take(id)
    waiting?.begin()
    return waiting !== undefined
  }

  /** It will never begin; false when it no longer waits. */
  cancel(id: string): boolean {
    return this.#take(id) !== undefined
  }

  ids(): readonly string[] {
    return [...this.#waiting.keys()]
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    waiting?.stopClock()
    return waiting
  }
}
