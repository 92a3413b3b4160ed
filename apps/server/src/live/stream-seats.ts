import { refuseCall } from '../fault.ts'

const STREAMS_PER_SESSION_MAX = 20

/** Counts the open streams of each session. */
export class StreamSeats {
  readonly #taken = new Map<string, number>()

  /** All that are open. */
  total(): number {
    return [...this.#taken.values()].reduce((sum, taken) => sum + taken, 0)
  }

  /** Takes a seat and returns how to give it back; refuses with `too_many_streams`. */
  take(key: string): () => void {
    const taken = this.#taken.get(key) ?? 0
    if (taken >= STREAMS_PER_SESSION_MAX) refuseCall({ code: 'too_many_streams', limit: STREAMS_PER_SESSION_MAX })
    this.#taken.set(key, taken + 1)
    let given = false
    return () => {
      if (given) return
      given = true
      const left = (this.#taken.get(key) ?? 1) - 1
      if (left === 0) this.#taken.delete(key)
      else this.#taken.set(key, left)
    }
  }
}
