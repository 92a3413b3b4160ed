import type { Clock } from '@strata/runtime'

export interface Rate {
  /** Calls at once. */
  readonly burst: number
  readonly perSecond: number
}

/** Eight tabs that read all their tables each second stay far below it. */
export const SIGNED_IN_RATE: Rate = { burst: 2_000, perSecond: 400 }
export const SIGNED_OUT_RATE: Rate = { burst: 60, perSecond: 5 }
const KEYS_KEPT_MAX = 10_000

/** Token buckets by key, that count calls and not requests. */
export class CallRates {
  readonly #clock: Clock
  readonly #left = new Map<string, { calls: number; at: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes `calls`, or takes nothing and answers after how many ms they are there. */
  take(key: string, calls: number, rate: Rate): number {
    const now = this.#clock.monotonicMs()
    const kept = this.#left.get(key)
    const has = kept === undefined ? rate.burst : Math.min(rate.burst, kept.calls + ((now - kept.at) / 1_000) * rate.perSecond)
    if (has < calls) return Math.ceil(((calls - has) / rate.perSecond) * 1_000)
    this.#left.delete(key)
    this.#left.set(key, { calls: has - calls, at: now })
    if (this.#left.size > KEYS_KEPT_MAX) for (const oldest of this.#left.keys()) return this.#drop(oldest)
    return 0
  }

  #drop(key: string): 0 {
    this.#left.delete(key)
    return 0
  }
}
