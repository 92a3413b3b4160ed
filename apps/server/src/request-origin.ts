import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import type { Origin } from '@strata/runtime'
import type { Request, RequestHandler } from 'express'

/** What says that `./strata` asks. */
const CLIENT_HEADER = 'x-strata-client'

const scope = new AsyncLocalStorage<Origin>()

/** Names each request, tells its name in the answer, and has whatever happens for it know where it came from. */
export function createRequestOrigin(): RequestHandler {
  return (request, response, next) => {
    const origin = { address: addressOf(request), client: clientOf(request), request: randomBytes(6).toString('hex') }
    response.setHeader('X-Request-Id', origin.request)
    scope.run(origin, next)
  }
}

/** Where the request that is being served came from; `null` outside of one. */
export function presentOrigin(): Origin | null {
  return scope.getStore() ?? null
}

function addressOf({ ip }: Request): string {
  return (ip ?? 'unknown').replace(/^::ffff:/, '')
}

/** As it says itself: what it may do depends on none of it. */
function clientOf({ headers }: Request): Origin['client'] {
  if (headers.authorization === undefined) return 'console'
  return headers[CLIENT_HEADER] === 'cli' ? 'cli' : 'api'
}
