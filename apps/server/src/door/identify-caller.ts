import type { IncomingMessage } from 'node:http'
import type { Caller } from '../auth/caller.ts'
import type { Sessions } from '../auth/sessions.ts'
import { refuseCall } from '../fault.ts'
import { readCookies, sessionCookieName } from './cookie.ts'

export interface Proofs {
  readonly sessions: Sessions
  readonly isToken: (presented: string) => boolean
  readonly port: number
}

/** Who a request comes from; `null` when it says nothing that is valid. A wrong token is refused. */
export function identifyCaller(request: IncomingMessage, proofs: Proofs): Caller | null {
  const { authorization, cookie } = request.headers
  if (authorization !== undefined) {
    const presented = /^Bearer (\S+)$/i.exec(authorization)?.[1]
    if (presented === undefined || !proofs.isToken(presented)) return refuseCall({ code: 'unauthenticated', why: 'wrong_token' })
    return { kind: 'token', actor: 'token', key: 'token' }
  }
  for (const id of readCookies(cookie, sessionCookieName(proofs.port))) {
    const session = proofs.sessions.find(id)
    if (session !== undefined) return { kind: 'session', ...session }
  }
  return null
}
