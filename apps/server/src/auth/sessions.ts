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

export type StoredSession = Pick<Session, 'key' | 'actor' | 'expiresAt'>

/** Where sessions outlive the server. */
export interface SessionKeeper {
  begun(session: StoredSession): void
  ended(key: string): void
}

const NOWHERE: SessionKeeper = { begun: () => {}, ended: () => {} }

/** Who is signed in. Ids are never kept, only their hashes. */
export class Sessions {
  readonly #clock: Clock
  readonly #keeper: SessionKeeper
  readonly #byKey = new Map<string, KeptSession>()

  /** `kept`: those of the server's former life that have not expired. */
  constructor(clock: Clock, kept: readonly StoredSession[] = [], keeper = NOWHERE) {
    this.#clock = clock
    this.#keeper = keeper
    for (const session of kept) if (session.expiresAt > clock.now()) this.#add(session)
  }

  /** Begins a session under a new id of 256 bits, which only the caller gets to see. */
  begin(actor: string): { readonly id: string; readonly session: Session } {
    const id = randomBytes(32).toString('base64url')
    const key = keyOf(id)
    const session = this.#add({ key, actor, expiresAt: this.#clock.now() + SESSION_LIFE_MS })
    this.#keeper.begun({ key, actor, expiresAt: session.expiresAt })
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
    if (this.#byKey.has(key)) this.#keeper.ended(key)
    this.#drop(key)
  }

  /** Cuts what runs for anybody, for the server's end: whoever is signed in stays so. */
  close(): void {
    for (const key of [...this.#byKey.keys()]) this.#drop(key)
  }

  #add(stored: StoredSession): Session {
    const controller = new AbortController()
    const cancel = this.#clock.schedule(stored.expiresAt - this.#clock.now(), () => this.end(stored.key))
    const session: KeptSession = {
      ...stored,
      ended: controller.signal,
      end: () => {
        cancel()
        controller.abort()
      },
    }
    this.#byKey.set(stored.key, session)
    return session
  }

  #drop(key: string): void {
    const session = this.#byKey.get(key)
    this.#byKey.delete(key)
    session?.end()
  }
}

function keyOf(id: string): string {
  return hashSecret(id).toString('base64url')
}
