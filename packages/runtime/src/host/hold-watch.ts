import type { Clock } from '../clock.ts'
import { formatPid, type Pid } from '../ids.ts'
import { WORD_HEARTBEAT, WORD_RUN_QUEUE, WORD_SERIAL, WORD_TURN } from './shared-words.ts'

/** How the thread does right now, readable while it is held. */
export interface HoldState {
  readonly kind: 'free' | 'holding' | 'stuck'
  readonly pid: Pid | null
  readonly heldMs: number
  /** Processes that could run and wait behind it. */
  readonly waiting: number
}

/** A turn longer than this holds its scheduler; ten times the longest turn that 4,000 reductions were measured to take. */
const HOLDING_MS = 150
/** Without a check for so long the turn sits in one native call. */
const STUCK_MS = 500
/** Tells from a thread's words whether a turn holds it, and whether its checks are seen meanwhile. */
export class HoldWatch {
  readonly #id: number
  readonly #words: Int32Array
  readonly #clock: Clock
  #turn = { number: -1, since: 0, beat: 0, beatSince: 0 }

  constructor(id: number, words: Int32Array, clock: Clock) {
    this.#id = id
    this.#words = words
    this.#clock = clock
  }

  state(): HoldState {
    this.look()
    const serial = Atomics.load(this.#words, WORD_SERIAL)
    if (serial === 0) return { kind: 'free', pid: null, heldMs: 0, waiting: 0 }
    const now = this.#clock.monotonicMs()
    const heldMs = Math.round(now - this.#turn.since)
    const pid = formatPid(this.#id, serial)
    const waiting = Atomics.load(this.#words, WORD_RUN_QUEUE)
    if (heldMs < HOLDING_MS) return { kind: 'free', pid, heldMs, waiting }
    return { kind: now - this.#turn.beatSince > STUCK_MS ? 'stuck' : 'holding', pid, heldMs, waiting }
  }

  /** To be called often enough that a turn is seen before it counts as long. */
  look(): void {
    const now = this.#clock.monotonicMs()
    const number = Atomics.load(this.#words, WORD_TURN)
    const beat = Atomics.load(this.#words, WORD_HEARTBEAT)
    if (number !== this.#turn.number) this.#turn = { number, since: now, beat, beatSince: now }
    else if (beat !== this.#turn.beat) this.#turn = { ...this.#turn, beat, beatSince: now }
  }
}
