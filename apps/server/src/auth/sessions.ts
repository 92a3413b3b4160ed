import { randomBytes } from 'node:crypto'
import type { Clock } from '@strata/runtime'
import { hashSecret } from './sign-in-codes.ts'

/** How long a sign-in lasts. */
export const SESSION_LIFE_MS = 12 * 60 * 60_000
/** When a session was last used is kept this exactly. */
const SEEN_EVERY_MS = 60_000

/** Where and how somebody signed in; text from outside but for `how`. */
export interface SessionFacts {
  readonly how: 'link' | 'password' | 'oidc' | 'invitation'
  /** The address it came from. */
  readonly from: string
  /** What the browser calls itself. */
  readonly agent: string
  readonly beganAt: number
  readonly seenAt: number
}

/** A signed-in browser. `ended` aborts when the session does. */
export interface Session {
  readonly key: string
  /** A person's name. */
  readonly actor: string
  readonly expiresAt: number
  readonly facts: SessionFacts
  readonly ended: AbortSignal
}

interface KeptSession extends Session {
  readonly end: () => void
}

export type StoredSession = Omit<Session, 'ended'>

/** Where sessions outlive the server. */
export interface SessionKeeper {
  kept(session: StoredSession): void
  ended(key: string): void
}

const NOWHERE: SessionKeeper = { kept: () => {}, ended: () => {} }

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
  begin(actor: string, place: Pick<SessionFacts, 'how' | 'from' | 'agent'>): { readonly id: string; readonly session: Session } {
    const id = randomBytes(32).toString('base64url')
    const now = this.#clock.now()
    const facts = { ...place, beganAt: now, seenAt: now }
    const session = this.#add({ key: keyOf(id), actor, expiresAt: now + SESSION_LIFE_MS, facts })
    this.#keeper.kept(session)
    return { id, session }
  }

  find(id: string): Session | undefined {
    const session = this.#byKey.get(keyOf(id))
    if (session === undefined) return undefined
    if (session.expiresAt > this.#clock.now()) return this.#see(session)
    this.end(session.key)
    return undefined
  }

  /** Newest first. */
  of(actor: string): readonly Session[] {
    return [...this.#byKey.values()].filter((session) => session.actor === actor).reverse()
  }

  end(key: string): void {
    if (this.#byKey.has(key)) this.#keeper.ended(key)
    this.#drop(key)
  }

  /** Ends all sessions of a person but one, and answers how many these were. */
  endAll(actor: string, but?: string): number {
    const ending = this.of(actor).filter(({ key }) => key !== but)
    for (const { key } of ending) this.end(key)
    return ending.length
  }

  /** Cuts what runs for anybody, for the server's end: whoever is signed in stays so. */
  close(): void {
    for (const key of [...this.#byKey.keys()]) this.#drop(key)
  }

  #see(session: KeptSession): Session {
    const now = this.#clock.now()
    if (now - session.facts.seenAt < SEEN_EVERY_MS) return session
    const seen = { ...session, facts: { ...session.facts, seenAt: now } }
    this.#byKey.set(session.key, seen)
    this.#keeper.kept(seen)
    return seen
  }

  #add({ key, actor, expiresAt, facts }: StoredSession): Session {
    const controller = new AbortController()
    const cancel = this.#clock.schedule(expiresAt - this.#clock.now(), () => this.end(key))
    const session: KeptSession = {
      key,
      actor,
      expiresAt,
      facts,
      ended: controller.signal,
      end: () => {
        cancel()
        controller.abort()
      },
    }
    this.#byKey.set(key, session)
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
