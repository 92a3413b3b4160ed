import { randomBytes } from 'node:crypto'
import type { Clock } from '@strata/runtime'
import { hashSecret } from './sign-in-codes.ts'

/** How long a sign-in lasts. */
export const SESSION_LIFE_MS = 12 * 60 * 60_000

/** A signed-in browser. `ended` aborts when the session does. */
export interface Session {
  readonly key: string
  readonly actor: string
  readonly expiresAt: number
  readonly ended: AbortSignal
}

interface KeptSession extends Session {
  readonly end: () => void
}

/** Who is signed in. Ids are never kept, only their hashes. */
export class Sessions {
  readonly #clock: Clock
  readonly #byKey = new Map<string, KeptSession>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Begins a session under a new id of 256 bits, which only the caller gets to see. */
  begin(actor: string): { readonly id: string; readonly session: Session } {
    const id = randomBytes(32).toString('base64url')
    const key = keyOf(id)
    const controller = new AbortController()
    const cancel = this.#clock.schedule(SESSION_LIFE_MS, () => this.end(key))
    const session: KeptSession = {
      key,
      actor,
      expiresAt: this.#clock.now() + SESSION_LIFE_MS,
      ended: controller.signal,
      end: () => {
        cancel()
        controller.abort()
      },
    }
    this.#byKey.set(key, session)
    return { id, session }
  }

  find(id: string): Session | undefined {
    const session = this.#byKey.get(keyOf(id))
    if (session === undefined) return undefined
    if (session.expiresAt > this.#clock.now()) return session
    this.end(session.key)
    return undefined
  }

  end(key: string): void {
    const session = this.#byKey.get(key)
    this.#byKey.delete(key)
    session?.end()
  }

  endAll(): void {
    for (const key of [...this.#byKey.keys()]) this.end(key)
  }
}

function keyOf(id: string): string {
  return hashSecret(id).toString('base64url')
}
