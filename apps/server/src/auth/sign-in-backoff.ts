import type { Clock } from '@strata/runtime'

/** Tries that are free, and what each further one waits: doubled each time, up to a limit. */
interface Pace {
  readonly free: number
  readonly limitMs: number
}

/** Somebody who mistypes, from one place. */
const NAME_AND_PLACE: Pace = { free: 5, limitMs: 15 * 60_000 }
/** All places together: it slows guessing down and never locks anybody out for long. */
const NAME: Pace = { free: 30, limitMs: 30_000 }
/** One place that tries many names. */
const PLACE: Pace = { free: 40, limitMs: 60_000 }
const FIRST_WAIT_MS = 1_000
/** After so long without a try everything is free again. */
const FORGOTTEN_MS = 60 * 60_000
const KEYS_KEPT_MAX = 20_000

interface Tries {
  readonly count: number
  readonly at: number
}

/** Slows down whoever guesses passwords, whether the name exists or not. Each try counts when it begins, so that a batch of ten is ten. */
export class SignInBackoff {
  readonly #clock: Clock
  readonly #tries = new Map<string, Tries>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts a try, or counts none and answers after how many ms the next one is free. */
  begin(name: string, place: string): number {
    const now = this.#clock.monotonicMs()
    const paces = pacesOf(name, place)
    const wait = Math.max(...paces.map(([key, pace]) => this.#waitOf(key, pace, now)))
    if (wait > 0) return Math.ceil(wait)
    for (const [key] of paces) this.#count(key, now)
    return 0
  }

  /** It was the right password: what led there is forgotten, for this name at this place. */
  succeeded(name: string, place: string): void {
    const [own, ...others] = pacesOf(name, place)
    if (own !== undefined) this.#tries.delete(own[0])
    for (const [key] of others) {
      const tries = this.#tries.get(key)
      if (tries !== undefined) this.#tries.set(key, { ...tries, count: Math.max(0, tries.count - 1) })
    }
  }

  #waitOf(key: string, { free, limitMs }: Pace, now: number): number {
    const tries = this.#tries.get(key)
    if (tries === undefined || now - tries.at >= FORGOTTEN_MS || tries.count < free) return 0
    const wait = Math.min(limitMs, FIRST_WAIT_MS * 2 ** (tries.count - free))
    return Math.max(0, tries.at + wait - now)
  }

  #count(key: string, now: number): void {
    const tries = this.#tries.get(key)
    const count = tries === undefined || now - tries.at >= FORGOTTEN_MS ? 0 : tries.count
    this.#tries.delete(key)
    this.#tries.set(key, { count: count + 1, at: now })
    const [oldest] = this.#tries.keys()
    if (this.#tries.size > KEYS_KEPT_MAX && oldest !== undefined) this.#tries.delete(oldest)
  }
}

function pacesOf(name: string, place: string): readonly (readonly [string, Pace])[] {
  return [
    [`both ${place} ${name}`, NAME_AND_PLACE],
    [`name ${name}`, NAME],
    [`place ${place}`, PLACE],
  ]
}
