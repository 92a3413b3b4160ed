import { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import type { ErrorRequestHandler } from 'express'
import type { Logger } from 'pino'
import { TRANSPORT_CODES } from '../fault-codes.ts'
import { type ClientFault, RefusedError } from '../fault.ts'
import { internalErrorId } from '../internal-error.ts'

/** The shape in which a client reads a refusal, whether a procedure or the door refuses. */
export function shapeRefusal(fault: ClientFault, path: string | null) {
  const code = TRANSPORT_CODES[fault.code]
  const httpStatus = fault.code === 'misdirected' ? 421 : getHTTPStatusCodeFromError(new TRPCError({ code }))
  // Nothing of the error but its fault leaves: messages may hold paths, and stacks do.
  return { message: fault.code, code: TRPC_ERROR_CODES_BY_KEY[code], data: { code, httpStatus, path, fault } }
}

/** Answers what the door refused, and what went wrong before any procedure. */
export function createRefusalHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    const shape = shapeRefusal(faultOfRequest(error, request.path), null)
    const { fault } = shape.data
    if (fault.code === 'internal') log.error({ err: error, id: fault.id }, 'a request failed')
    response.setHeader('Cache-Control', 'no-store')
    response.status(shape.data.httpStatus).json({ error: shape })
  }
}

function faultOfRequest(error: unknown, path: string): ClientFault {
  if (error instanceof RefusedError) return error.fault
  // Express and its static files name what the client did wrong by a status.
  if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status >= 400 && error.status < 500) {
    return error.status === 404
      ? { code: 'not_found', path: path.slice(0, 200) }
      : { code: 'invalid_input', issues: [{ path: [], message: 'not a valid request' }] }
  }
  return { code: 'internal', id: internalErrorId(error instanceof Error ? error : new Error(String(error))) }
}
