import type { HeapInfo } from 'node:v8'
import type { Clock } from '../../clock.ts'
import { COLLECT_PAUSES, DANGER_SHARE, LIMIT_SHARE, OWN_SHARE, WATCH_SHARE } from '../../scheduler/heap-watch.ts'
import type { CutOutcome, Standstill } from './cut-turn.ts'
import { WORD_SERIAL, WORD_TURN } from '../shared-words.ts'

interface HeapGuardOptions {
  readonly words: Int32Array
  readonly limitBytes: number
  readonly clock: Clock
  /** Answered from any code that an interrupt reaches. */
  readHeap(): Promise<HeapInfo>
  /** Cuts that turn, unless it is over by then. */
  cut(turn: number, judge: (standstill: Standstill) => Promise<boolean>): Promise<CutOutcome>
  /** Tells the scheduler, which is going to be cut, why. */
  condemn(serial: number, liveBytes: number, stack: string): void
}

/** Once it matters, looks that often: a thread was measured to fill a gigabyte a second. */
const CLOSE_LOOK_MS = 10

/**
 * Watches the memory of a scheduler from outside while one turn lasts, for code that allocates much between two checks (KILL5). During one turn nobody else
 * runs: what the heap gained since the first look is its process's.
 */
export class HeapGuard {
  readonly #options: HeapGuardOptions
  #turn = -1
  /** What was in use at the first look at the turn. */
  #base: number | undefined
  /** It was acquitted once in this turn, and what was live then is not its own. */
  #acquitted = false
  #judgeFromMs = Number.NEGATIVE_INFINITY
  #looking = false

  constructor(options: HeapGuardOptions) {
    this.#options = options
  }

  /** To be called every so often; returns at once. */
  look(): void {
    const { words } = this.#options
    const turn = Atomics.load(words, WORD_TURN)
    if (this.#looking || Atomics.load(words, WORD_SERIAL) === 0) return
    if (turn !== this.#turn) {
      this.#turn = turn
      this.#base = undefined
      this.#acquitted = false
    }
    this.#looking = true
    // The thread ends meanwhile: whoever waits for it says so.
    this.#follow(turn)
      .catch(() => {})
      .finally(() => {
        this.#looking = false
      })
  }

  async #follow(turn: number): Promise<void> {
    const { readHeap, limitBytes, cut, clock } = this.#options
    while (this.#isIn(turn)) {
      const { used_heap_size: objects, external_memory: buffers } = await readHeap()
      const used = objects + buffers
      if (!this.#isIn(turn)) return
      this.#base ??= used
      if (used < limitBytes * WATCH_SHARE && used - this.#base < (limitBytes * OWN_SHARE) / 2) return
      const now = clock.monotonicMs()
      if (this.#isGuilty(used) && (now >= this.#judgeFromMs || used >= limitBytes * DANGER_SHARE)) {
        await cut(turn, (standstill) => this.#judge(standstill))
        const after = clock.monotonicMs()
        this.#judgeFromMs = after + COLLECT_PAUSES * (after - now)
      }
      await new Promise<void>((resolve) => clock.schedule(CLOSE_LOOK_MS, resolve))
    }
  }

  async #judge({ stack, liveBytes }: Standstill): Promise<boolean> {
    const { words, condemn } = this.#options
    const live = await liveBytes()
    if (live === undefined) return false
    if (!this.#isGuilty(live)) {
      // Once: or who grows by little at a time would never be found.
      if (!this.#acquitted) this.#base = Math.max(this.#base ?? 0, live)
      this.#acquitted = true
      return false
    }
    condemn(Atomics.load(words, WORD_SERIAL), live, stack)
    return true
  }

  #isGuilty(bytes: number): boolean {
    const { limitBytes } = this.#options
    return bytes >= limitBytes * LIMIT_SHARE && bytes - (this.#base ?? bytes) >= limitBytes * OWN_SHARE
  }

  #isIn(turn: number): boolean {
    const { words } = this.#options
    return Atomics.load(words, WORD_SERIAL) !== 0 && Atomics.load(words, WORD_TURN) === turn
  }
}
