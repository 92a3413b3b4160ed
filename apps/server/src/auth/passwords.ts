import { hash, type Options, verify } from '@node-rs/argon2'
import { refuseCall } from '../fault.ts'

/**
 * argon2id at OWASP's recommendation: 19 MiB, two passes, one lane. It takes 15–40 ms of a thread beside the event loop. The constant 2 is
 * `Algorithm.Argon2id`, an ambient enum that cannot be imported from erased types.
 */
const COST: Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Hashes at once, and how many wait: what is beyond would only fill memory. */
const AT_ONCE_MAX = 2
const WAITING_MAX = 20
const BUSY_MS = 1_000

const PASSWORD_LENGTH_MIN = 12
export const PASSWORD_LENGTH_MAX = 200

/** Hashes and compares passwords, a few at a time. */
export class Passwords {
  #running = 0
  readonly #waiting: (() => void)[] = []
  #nobodys: Promise<string> | undefined

  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password, COST))
  }

  /** Whether it is that password. Without a hash one of nobody's is compared, so that the time taken says nothing about accounts. */
  async matches(kept: string | null, password: string): Promise<boolean> {
    this.#nobodys ??= hash('nobody has this password', COST)
    const against = kept ?? (await this.#nobodys)
    const isSame = await this.#inTurn(() => verify(against, password))
    return isSame && kept !== null
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE_MAX) {
      if (this.#waiting.length >= WAITING_MAX) refuseCall({ code: 'too_many_requests', retryAfterMs: BUSY_MS })
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}

/** Refuses with `weak_password`. */
export function checkPassword(password: string, name: string): void {
  const { length } = password
  if (length < PASSWORD_LENGTH_MIN) refuseCall({ code: 'weak_password', why: 'short', min: PASSWORD_LENGTH_MIN })
  if (new Set(password).size < 5) refuseCall({ code: 'weak_password', why: 'repeats', min: PASSWORD_LENGTH_MIN })
  const without = password.toLowerCase().replaceAll(name, '')
  if (without.length < PASSWORD_LENGTH_MIN / 2) refuseCall({ code: 'weak_password', why: 'name', min: PASSWORD_LENGTH_MIN })
}
