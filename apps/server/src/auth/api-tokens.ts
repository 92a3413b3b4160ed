import { randomBytes } from 'node:crypto'
import type { Clock } from '@strata/runtime'
import { refuseCall } from '../fault.ts'
import type { Role } from './role.ts'
import { hashSecret } from './sign-in-codes.ts'

/** By this a leaked one is recognised, in a log or a repository. */
const API_TOKEN_PREFIX = 'strata_'
const SECRET_BYTES = 32
const TOKENS_OF_PERSON_MAX = 100
/** Its last use is kept this exactly. */
const USED_EVERY_MS = 60_000

/** A token as it is kept: of its secret only the hash. */
export interface ApiToken {
  readonly id: string
  /** What it is for: `deploy`. Unique among its person's that work. */
  readonly name: string
  /** Whose it is: it can do no more than they can. */
  readonly person: string
  readonly hash: string
  readonly role: Role
  /** `null`: everything that the role may. */
  readonly verbs: readonly string[] | null
  readonly modules: readonly string[] | null
  readonly createdAt: number
  /** `null`: until it is revoked. */
  readonly expiresAt: number | null
  readonly usedAt: number | null
  readonly revokedAt: number | null
}

export type ApiTokenRequest = Pick<ApiToken, 'name' | 'person' | 'role' | 'verbs' | 'modules' | 'expiresAt'>

/** A token as it is shown: nothing of its secret. */
export interface ApiTokenView extends Omit<ApiToken, 'hash' | 'createdAt' | 'expiresAt' | 'usedAt' | 'revokedAt'> {
  /** Who acts, in Activity: `anna/deploy`. */
  readonly actor: string
  readonly status: 'active' | 'expired' | 'revoked'
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly usedAt: string | null
  readonly revokedAt: string | null
}

/** Where tokens outlive the server. */
export interface ApiTokenKeeper {
  kept(token: ApiToken): void
}

const NOWHERE: ApiTokenKeeper = { kept: () => {} }

/** Tokens for scripts. */
export class ApiTokens {
  readonly #clock: Clock
  readonly #keeper: ApiTokenKeeper
  readonly #byId: Map<string, ApiToken>
  readonly #byHash: Map<string, string>
  readonly #listeners = new Set<(token: ApiToken) => void>()

  constructor(clock: Clock, kept: readonly ApiToken[] = [], keeper = NOWHERE) {
    this.#clock = clock
    this.#keeper = keeper
    this.#byId = new Map(kept.map((token) => [token.id, token]))
    this.#byHash = new Map(kept.map((token) => [token.hash, token.id]))
  }

  /** A new token and its secret, which nobody gets to see again. Refuses with `name_taken` and `too_many_tokens`. */
  make(request: ApiTokenRequest): { readonly token: ApiToken; readonly secret: string } {
    const working = this.#of(request.person).filter((token) => this.#status(token) === 'active')
    if (working.length >= TOKENS_OF_PERSON_MAX) refuseCall({ code: 'too_many_tokens', limit: TOKENS_OF_PERSON_MAX })
    if (working.some(({ name }) => name === request.name)) refuseCall({ code: 'name_taken', person: actorOfToken(request) })
    const secret = `${API_TOKEN_PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`
    const rest = { createdAt: this.#clock.now(), usedAt: null, revokedAt: null }
    const token = this.#keep({ id: randomBytes(6).toString('hex'), hash: hashOf(secret), ...request, ...rest })
    return { token, secret }
  }

  /** The token of a secret, used now; `undefined` when it is none, or no longer works. */
  use(secret: string): ApiToken | undefined {
    // Found by its hash: the time taken says nothing about the secret.
    const token = this.find(this.#byHash.get(hashOf(secret)) ?? '')
    if (token === undefined || this.#status(token) !== 'active') return undefined
    const now = this.#clock.now()
    return token.usedAt !== null && now - token.usedAt < USED_EVERY_MS ? token : this.#keep({ ...token, usedAt: now })
  }

  find(id: string): ApiToken | undefined {
    return this.#byId.get(id)
  }

  /** Whether it works at this moment. */
  isActive(id: string): boolean {
    const token = this.#byId.get(id)
    return token !== undefined && this.#status(token) === 'active'
  }

  /** Refuses with `unknown_token`. */
  revoke(id: string): ApiToken {
    const token = this.#byId.get(id) ?? refuseCall({ code: 'unknown_token', token: id.slice(0, 80) })
    return token.revokedAt === null ? this.#keep({ ...token, revokedAt: this.#clock.now() }) : token
  }

  /** Newest first. */
  list(): readonly ApiTokenView[] {
    return [...this.#byId.values()].map((token) => this.view(token)).reverse()
  }

  view(token: ApiToken): ApiTokenView {
    const { hash: _hash, createdAt, expiresAt, usedAt, revokedAt, ...shown } = token
    return {
      ...shown,
      actor: actorOfToken(token),
      status: this.#status(token),
      createdAt: iso(createdAt),
      expiresAt: expiresAt === null ? null : iso(expiresAt),
      usedAt: usedAt === null ? null : iso(usedAt),
      revokedAt: revokedAt === null ? null : iso(revokedAt),
    }
  }

  /** Told when a token is made, used or revoked. Returns how to stop. */
  onChange(listener: (token: ApiToken) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #of(person: string): readonly ApiToken[] {
    return [...this.#byId.values()].filter((token) => token.person === person)
  }

  #status({ revokedAt, expiresAt }: ApiToken): ApiTokenView['status'] {
    if (revokedAt !== null) return 'revoked'
    return expiresAt !== null && expiresAt <= this.#clock.now() ? 'expired' : 'active'
  }

  #keep(token: ApiToken): ApiToken {
    this.#byId.set(token.id, token)
    this.#byHash.set(token.hash, token.id)
    this.#keeper.kept(token)
    for (const listener of [...this.#listeners]) listener(token)
    return token
  }
}

/** Who acts: a token is itself, so that its person's hold holds it too. */
export function actorOfToken({ person, name }: Pick<ApiToken, 'person' | 'name'>): string {
  return `${person}/${name}`
}

function hashOf(secret: string): string {
  return hashSecret(secret).toString('base64url')
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
