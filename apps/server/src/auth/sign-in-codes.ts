import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '@strata/runtime'

/** How long a sign-in code works. */
export const CODE_LIFE_MS = 10 * 60_000
/** How long a spent or expired code is still told apart from an unknown one. */
const CODE_MEMORY_MS = 60 * 60_000
const CODES_KEPT_MAX = 200
const CODE_BYTES = 24

interface KeptCode {
  readonly hash: Buffer
  readonly expiresAt: number
  spent: boolean
}

export type Redemption = 'accepted' | 'unknown' | 'spent' | 'expired'

export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Codes that each sign in once, for ten minutes. Only their hashes are kept. */
export class SignInCodes {
  readonly #clock: Clock
  #codes: KeptCode[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A fresh code of 192 bits, and when it stops working (epoch ms). */
  issue(): { readonly code: string; readonly expiresAt: number } {
    const now = this.#clock.now()
    const code = randomBytes(CODE_BYTES).toString('base64url')
    const expiresAt = now + CODE_LIFE_MS
    this.#codes = this.#codes.filter((kept) => kept.expiresAt + CODE_MEMORY_MS > now).slice(1 - CODES_KEPT_MAX)
    this.#codes.push({ hash: hashSecret(code), expiresAt, spent: false })
    return { code, expiresAt }
  }

  /** Spends the code. Every kept hash is compared, so that the time taken says nothing. */
  redeem(code: string): Redemption {
    const hash = hashSecret(code)
    let found: KeptCode | undefined
    for (const kept of this.#codes) if (timingSafeEqual(kept.hash, hash)) found = kept
    if (found === undefined) return 'unknown'
    if (found.spent) return 'spent'
    if (found.expiresAt <= this.#clock.now()) return 'expired'
    found.spent = true
    return 'accepted'
  }
}
