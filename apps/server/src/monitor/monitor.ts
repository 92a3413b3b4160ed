import { Router } from 'express'
import type { Desk } from '../context.ts'
import { admitCaller } from '../door/admit-caller.ts'
import type { CallRates } from '../door/call-rates.ts'
import type { Proofs } from '../door/identify-caller.ts'
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
    const caller = admitCaller(request, response, 1, { ...proofs, rates })
    const standing = caller === null || caller.kind === 'session' ? null : desk.access.standingOf(caller)
    if (standing === null) return refuseCall({ code: 'unauthenticated', why: 'signed_out' })
    const { type, body } = await desk.meters.text()
    response.setHeader('Content-Type', type)
    response.end(body)
  })
  return router
}
