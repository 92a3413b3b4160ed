import type { RequestHandler } from 'express'
import { refuseCall } from '../fault.ts'
import { type Addresses, ownHosts } from './addresses.ts'

/** Refuses a request that was meant for another host: a name that somebody let point here. */
export function createHostCheck(addresses: Addresses): RequestHandler {
  const expected = ownHosts(addresses)
  return (request, _response, next) => {
    const { host = '' } = request.headers
    if (!expected.includes(host.toLowerCase())) return refuseCall({ code: 'misdirected', host: host.slice(0, 200), expected })
    next()
  }
}
