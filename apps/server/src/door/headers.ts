import { randomBytes } from 'node:crypto'
import type { RequestHandler, Response } from 'express'
import helmet from 'helmet'

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
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'connect-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'frame-ancestors': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'style-src': [(_request, response) => `'nonce-${styleNonce(response as Response)}'`],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: secure ? undefined : false,
    xFrameOptions: { action: 'deny' },
  })
}
