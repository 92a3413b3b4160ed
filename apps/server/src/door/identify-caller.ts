import type { IncomingMessage } from 'node:http'
import { actorOfToken, type ApiTokens } from '../auth/api-tokens.ts'
import type { Caller } from '../auth/caller.ts'
import { OWNER } from '../auth/person-of.ts'
import type { Sessions } from '../auth/sessions.ts'
import { refuseCall } from '../fault.ts'
import { readCookies, sessionCookieName } from './cookie.ts'

export interface Proofs {
  readonly sessions: Sessions
  readonly isToken: (presented: string) => boolean
  readonly apiTokens: ApiTokens
  readonly port: number
}

/** Who a request comes from; `null` when it says nothing that is valid. A wrong token is refused. */
export function identifyCaller(request: IncomingMessage, proofs: Proofs): Caller | null {
  const { authorization, cookie } = request.headers
  if (authorization !== undefined) {
    const presented = /^Bearer (\S+)$/i.exec(authorization)?.[1]
    if (presented === undefined) return refuseCall({ code: 'unauthenticated', why: 'wrong_token' })
    if (proofs.isToken(presented)) return { kind: 'token', actor: 'token', person: OWNER, key: 'token' }
    const token = proofs.apiTokens.use(presented)
    if (token === undefined) return refuseCall({ code: 'unauthenticated', why: 'wrong_token' })
    return { kind: 'api_token', actor: actorOfToken(token), person: token.person, key: `token ${token.id}`, id: token.id }
  }
  for (const id of readCookies(cookie, sessionCookieName(proofs.port))) {
    const session = proofs.sessions.find(id)
    if (session !== undefined) {
      const { actor, key, expiresAt, ended } = session
      return { kind: 'session', actor, person: actor, key, expiresAt, ended }
    }
  }
  return null
}
