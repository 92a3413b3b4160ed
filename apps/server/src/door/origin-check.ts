import type { IncomingMessage } from 'node:http'
import { refuseCall } from '../fault.ts'
import { type Addresses, ownOrigin } from './addresses.ts'

/**
 * Refuses a call that another page made. Other ports of this host are "same-site" and share its cookies, so only the exact origin counts.
 * With a cookie the browser must say where the call comes from; without one, it must only not say another place.
 */
export function checkOrigin(request: IncomingMessage, addresses: Addresses): void {
  const { origin, host, cookie } = request.headers
  const site = request.headers['sec-fetch-site']
  if (origin !== undefined && origin !== ownOrigin(addresses, host ?? '')) return refuseCall({ code: 'forbidden', why: 'foreign_origin' })
  if (site !== undefined && site !== 'same-origin') return refuseCall({ code: 'forbidden', why: 'foreign_origin' })
  if (cookie !== undefined && origin === undefined && site === undefined) return refuseCall({ code: 'forbidden', why: 'not_same_origin' })
}
