import type { Clock } from '../../clock.ts'
import { formatPid, type Pid } from '../../ids.ts'
import { WORD_HEARTBEAT, WORD_RUN_QUEUE, WORD_SERIAL, WORD_TURN } from '../shared-words.ts'

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
/** Shorter turns are nobody's concern: no limit can be set below it. */
const LONG_MS = 1_000

/** A turn that has ended, and how long it was seen to last at least. */
export interface LongTurn {
  readonly pid: Pid
  readonly tookMs: number
}

/** Tells from a thread's words whether a turn holds it, and whether its checks are seen meanwhile. */
export class HoldWatch {
  readonly #id: number
  readonly #words: Int32Array
  readonly #clock: Clock
  #turn = { number: -1, since: 0, beat: 0, beatSince: 0, serial: 0, until: 0 }
  #long: LongTurn | null = null

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
    const serial = Atomics.load(this.#words, WORD_SERIAL)
    const same = number === this.#turn.number
    if (!same || serial === 0) this.#end()
    if (!same) this.#turn = { number, since: now, beat, beatSince: now, serial, until: now }
    else if (serial !== 0) this.#turn = { ...this.#turn, serial, until: now, ...(beat === this.#turn.beat ? {} : { beat, beatSince: now }) }
  }

  /** The longest turn of those that ended since it was last taken and took a second or more. */
  takeLongTurn(): LongTurn | null {
    this.look()
    const long = this.#long
    this.#long = null
    return long
  }

  #end(): void {
    const { serial, since, until } = this.#turn
    this.#turn = { ...this.#turn, serial: 0 }
    const tookMs = Math.round(until - since)
    if (serial === 0 || tookMs < LONG_MS || tookMs < (this.#long?.tookMs ?? 0)) return
    this.#long = { pid: formatPid(this.#id, serial), tookMs }
  }
}
