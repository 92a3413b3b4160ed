import { Router } from 'express'
import type { Desk } from '../context.ts'
import { type CallRates, SIGNED_IN_RATE, SIGNED_OUT_RATE } from '../door/call-rates.ts'
import { identifyCaller, type Proofs } from '../door/identify-caller.ts'
import { refuseCall } from '../fault.ts'
import { readReadiness } from './readiness.ts'

interface MonitorParts {
  readonly desk: Desk
  readonly proofs: Proofs
  readonly rates: CallRates
}

/** What machines ask: `/healthz` and `/readyz`, a word each for whoever asks, and `/metrics` for whoever brings a token. */
export function createMonitor({ desk, proofs, rates }: MonitorParts): Router {
  const router = Router()
  router.use(['/healthz', '/readyz', '/metrics'], (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    next()
  })
  router.get('/healthz', (_request, response) => {
    response.type('text').send('ok')
  })
  router.get('/readyz', async (_request, response) => {
    const word = await readReadiness(desk)
    response
      .status(word === 'ready' ? 200 : 503)
      .type('text')
      .send(word)
  })
  router.get('/metrics', async (request, response) => {
    // Never a cookie's: what a browser can be led to is not meant for machines.
    const caller = request.headers.authorization === undefined ? null : identifyCaller(request, proofs)
    const wait = rates.take(caller?.key ?? `out ${request.ip}`, 1, caller === null ? SIGNED_OUT_RATE : SIGNED_IN_RATE)
    if (wait > 0) {
      response.setHeader('Retry-After', Math.ceil(wait / 1_000))
      return refuseCall({ code: 'too_many_requests', retryAfterMs: wait })
    }
    const standing = caller === null || caller.kind === 'session' ? null : desk.access.standingOf(caller)
    if (standing === null) return refuseCall({ code: 'unauthenticated', why: 'signed_out' })
    const { type, body } = await desk.meters.text()
    response.setHeader('Content-Type', type)
    response.end(body)
  })
  return router
}
