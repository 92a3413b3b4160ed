import { randomBytes } from 'node:crypto'
import type { Clock } from '@strata/runtime'
import * as openid from 'openid-client'
import type { Caller } from './caller.ts'
import type { OidcIdentity } from './people.ts'
import { hashSecret } from './sign-in-codes.ts'

/** How long somebody may take at the provider. */
export const OIDC_AWAY_MS = 10 * 60_000
const PENDING_MAX = 1_000
const PROVIDER_TIMEOUT_S = 10

/** An OpenID provider that people may sign in with. */
export interface OidcSettings {
  /** To the letter as the provider says it. */
  readonly issuer: string
  readonly clientId: string
  /** `null`: a public client, which PKCE alone protects. */
  readonly clientSecret: string | null
  /** What the button says. */
  readonly name: string
}

/** What somebody went to the provider for. */
export type OidcPurpose =
  | { readonly type: 'sign_in' }
  /** By an invitation's one-time code. */
  | { readonly type: 'accept'; readonly code: string }
  /** Who is signed in adds the provider to their account, if they still may when they come back. */
  | { readonly type: 'link'; readonly caller: Caller }

interface Pending {
  readonly purpose: OidcPurpose
  readonly verifier: string
  readonly nonce: string
  /** Of what the browser that began it has in a cookie. */
  readonly browserHash: string
  readonly expiresAt: number
}

export type OidcReturn =
  | { readonly status: 'identified'; readonly identity: OidcIdentity; readonly purpose: OidcPurpose }
  /** `stale`: not begun by this browser, begun too long ago, or finished already. `refused`: the provider said something that does not fit. */
  | { readonly status: 'stale' | 'refused' | 'away'; readonly why: string }

interface OidcParts {
  readonly settings: OidcSettings
  readonly clock: Clock
  /** Where the provider sends people back to. */
  readonly callbackUrl: string
}

/** The authorization code flow with PKCE, state and nonce; the identity token's signature, issuer and audience are checked to the letter. */
export class Oidc {
  readonly #parts: OidcParts
  readonly #pending = new Map<string, Pending>()
  #provider: Promise<openid.Configuration> | undefined

  constructor(parts: OidcParts) {
    this.#parts = parts
  }

  get name(): string {
    return this.#parts.settings.name
  }

  /** Where to send a browser, and what to put into its cookie. Rejects when the provider is not reached. */
  async start(purpose: OidcPurpose): Promise<{ readonly url: string; readonly browserKey: string }> {
    const provider = await this.#discover()
    const [state, nonce, verifier] = [openid.randomState(), openid.randomNonce(), openid.randomPKCECodeVerifier()]
    const browserKey = randomBytes(32).toString('base64url')
    const now = this.#parts.clock.now()
    for (const [key, { expiresAt }] of this.#pending) if (expiresAt <= now) this.#pending.delete(key)
    const [oldest] = this.#pending.keys()
    if (this.#pending.size >= PENDING_MAX && oldest !== undefined) this.#pending.delete(oldest)
    this.#pending.set(state, { purpose, verifier, nonce, browserHash: hashOf(browserKey), expiresAt: now + OIDC_AWAY_MS })
    const url = openid.buildAuthorizationUrl(provider, {
      redirect_uri: this.#parts.callbackUrl,
      scope: 'openid',
      response_type: 'code',
      state,
      nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    return { url: url.href, browserKey }
  }

  /** Who came back, by the query that the provider sent and the cookie of the browser that began. Each return counts once. */
  async finish(query: string, browserKeys: readonly string[]): Promise<OidcReturn> {
    const state = new URLSearchParams(query).get('state') ?? ''
    const pending = this.#pending.get(state)
    if (pending === undefined || !browserKeys.some((key) => hashOf(key) === pending.browserHash))
      return { status: 'stale', why: 'not begun by this browser' }
    this.#pending.delete(state)
    if (pending.expiresAt <= this.#parts.clock.now()) return { status: 'stale', why: 'begun too long ago' }
    const { clientId, issuer } = this.#parts.settings
    try {
      const provider = await this.#discover()
      const address = new URL(this.#parts.callbackUrl)
      address.search = query
      const tokens = await openid.authorizationCodeGrant(provider, address, {
        expectedState: state,
        expectedNonce: pending.nonce,
        pkceCodeVerifier: pending.verifier,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (claims === undefined || claims.iss !== issuer) return { status: 'refused', why: 'another issuer' }
      const audiences = [claims.aud].flat()
      if (audiences.length !== 1 || audiences[0] !== clientId) return { status: 'refused', why: 'another audience' }
      return { status: 'identified', identity: { issuer, subject: claims.sub }, purpose: pending.purpose }
    } catch (error) {
      return { status: isAway(error) ? 'away' : 'refused', why: codeOf(error) }
    }
  }

  #discover(): Promise<openid.Configuration> {
    this.#provider ??= this.#askProvider().catch((error: unknown) => {
      // The next sign-in asks again.
      this.#provider = undefined
      throw error
    })
    return this.#provider
  }

  #askProvider(): Promise<openid.Configuration> {
    const { issuer, clientId, clientSecret } = this.#parts.settings
    const url = new URL(issuer)
    return openid.discovery(url, clientId, undefined, clientSecret === null ? openid.None() : openid.ClientSecretPost(clientSecret), {
      timeout: PROVIDER_TIMEOUT_S,
      // The signature is checked even though the token comes over TLS; plain http is for a provider on this machine (`config.ts`).
      execute: [openid.enableNonRepudiationChecks, ...(url.protocol === 'http:' ? [openid.allowInsecureRequests] : [])],
    })
  }
}

function hashOf(key: string): string {
  return hashSecret(key).toString('base64url')
}

/** It did not answer, or not in time: no word about who came. */
function isAway(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && (error.name === 'TimeoutError' || codeOf(error) === 'OAUTH_TIMEOUT'))
}

/** A fixed word of the library, never what the provider wrote. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'not understood'
}
