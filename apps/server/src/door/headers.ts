import { randomBytes } from 'node:crypto'
import type { RequestHandler, Response } from 'express'
import helmet from 'helmet'

const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

const nonces = new WeakMap<object, string>()

/** The nonce of this response's styles. */
export function styleNonce(response: Response): string {
  const known = nonces.get(response)
  if (known !== undefined) return known
  const nonce = randomBytes(18).toString('base64')
  nonces.set(response, nonce)
  return nonce
}

/** Headers of every answer. `secure`: the public address is https. */
export function createHeaders(secure: boolean): RequestHandler {
  // The policy is written here, so that it stands in the answer as it stands in the design.
  const others = helmet({
    contentSecurityPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: secure ? undefined : false,
    xFrameOptions: { action: 'deny' },
  })
  return (request, response, next) => {
    response.setHeader('Content-Security-Policy', `${POLICY}; style-src 'nonce-${styleNonce(response)}'`)
    others(request, response, next)
  }
}
