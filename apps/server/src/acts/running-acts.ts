import type { Clock } from '@strata/runtime'
import { refuseCall } from '../fault.ts'

/** Acts that are under way, so that the server's stop can wait for them. */
export class RunningActs {
  #running = 0
  #stopping = false
  #onIdle: () => void = () => {}

  /** It takes no more acts. */
  get isStopping(): boolean {
    return this.#stopping
  }

  /** Refuses with `stopping` once the server stops. An act is under way until it has ended and `answered` aborts: its answer is out. */
  async during<T>(answered: AbortSignal, act: () => Promise<T>): Promise<T> {
    if (this.#stopping) return refuseCall({ code: 'stopping' })
    this.#running += 1
    try {
      return await act()
    } finally {
      if (answered.aborted) this.#end()
      else answered.addEventListener('abort', () => this.#end(), { once: true })
    }
  }

  #end(): void {
    this.#running -= 1
    if (this.#running === 0) this.#onIdle()
  }

  /** Takes no more acts and waits for those under way, `limitMs` at most. */
  async drain(clock: Clock, limitMs: number): Promise<void> {
    this.#stopping = true
    if (this.#running === 0) return
    await new Promise<void>((resolve) => {
      const cancel = clock.schedule(limitMs, resolve)
      this.#onIdle = () => {
        cancel()
        resolve()
      }
    })
  }
}
