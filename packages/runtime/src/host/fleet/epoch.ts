import { WORD_COUNT, WORD_EPOCH } from '../shared-words.ts'

/** The one word by which a change of code is published to all schedulers at once (GEN3). Written by the control plane, one change at a time. */
export class Epoch {
  readonly buffer = new SharedArrayBuffer(WORD_COUNT * Int32Array.BYTES_PER_ELEMENT)
  readonly #words = new Int32Array(this.buffer)
  #current = 0

  /** What schedulers are to wait for before they apply what they were given. */
  get next(): number {
    return this.#current + 1
  }

  /** One atomic store: every scheduler applies what was prepared for `next` before its next turn. */
  publish(): void {
    Atomics.store(this.#words, WORD_EPOCH, ++this.#current)
  }
}
