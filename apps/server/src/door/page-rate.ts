import type { RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import { RefusedError } from '../fault.ts'

const WINDOW_MS = 10_000
/** A page with all its chunks is some forty files; this is twenty-five of them. */
const FILES_PER_WINDOW_MAX = 1_000

/** Counts what one address reads of pages and files. Calls are counted by themselves, for one request may carry ten. */
export function createPageRate(): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: FILES_PER_WINDOW_MAX,
    standardHeaders: false,
    legacyHeaders: false,
    handler: (_request, _response, next) => next(new RefusedError({ code: 'too_many_requests', retryAfterMs: WINDOW_MS })),
  })
}
