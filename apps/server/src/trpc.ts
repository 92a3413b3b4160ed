import { initTRPC, TRPCError } from '@trpc/server'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { EngineError, type By } from '@strata/runtime'
import { ZodError } from 'zod'
import type { Caller } from './auth/caller.ts'
import type { Context } from './context.ts'
import { type ClientFault, refuseCall, RefusedError } from './fault.ts'
import { TRANSPORT_CODES } from './fault-codes.ts'
import { internalErrorId } from './internal-error.ts'

export const KEEP_ALIVE_MS = 15_000

const t = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ error, shape }) => {
    const fault = faultOf(error)
    const code = TRANSPORT_CODES[fault.code]
    // Nothing of the error but its fault leaves: messages may hold paths, and stacks do.
    return {
      message: fault.code,
      code: TRPC_ERROR_CODES_BY_KEY[code],
      data: { code, httpStatus: HTTP_STATUSES[code], path: shape.data.path ?? null, fault },
    }
  },
  sse: { ping: { enabled: true, intervalMs: KEEP_ALIVE_MS }, client: { reconnectAfterInactivityMs: 3 * KEEP_ALIVE_MS } },
})

export const router = t.router

/** For calls that a signed-out browser may make: sign-in alone. */
export const openProcedure = t.procedure

/** For everything else: refused with `unauthenticated` when nobody is signed in. */
export const procedure = t.procedure.use(({ ctx, next }) => {
  const { caller } = ctx
  if (caller === null) return refuseCall({ code: 'unauthenticated', why: 'signed_out' })
  return next({ ctx: { ...ctx, caller } })
})

/** Who commands, and why. */
export function byCaller(caller: Caller, reason: string | undefined): By {
  return { actor: caller.actor, reason: reason ?? '' }
}

/** The one gate: what a client is told of an error. */
export function faultOf(error: TRPCError): ClientFault {
  const cause = error.cause ?? error
  if (cause instanceof RefusedError) return cause.fault
  if (cause instanceof EngineError) return cause.fault.code === 'changed_meanwhile' ? { ...cause.fault, plan: null } : cause.fault
  if (cause instanceof ZodError) {
    return { code: 'invalid_input', issues: cause.issues.slice(0, 20).map(({ path, message }) => ({ path: path.map(pathPart), message })) }
  }
  switch (error.code) {
    case 'NOT_FOUND':
      return { code: 'not_found', path: '' }
    case 'METHOD_NOT_SUPPORTED':
      return { code: 'method_not_allowed', allowed: 'POST' }
    case 'UNSUPPORTED_MEDIA_TYPE':
      return { code: 'unsupported_media_type', expected: 'application/json' }
    case 'PAYLOAD_TOO_LARGE':
      return { code: 'payload_too_large', limit: 0, size: null }
    case 'BAD_REQUEST':
    case 'PARSE_ERROR':
      return { code: 'invalid_input', issues: [{ path: [], message: 'not a valid request' }] }
    default:
      return { code: 'internal', id: internalErrorId(cause) }
  }
}

function pathPart(part: PropertyKey): string | number {
  return typeof part === 'number' ? part : String(part).slice(0, 100)
}

const HTTP_STATUSES: Readonly<Record<TRPCError['code'], number>> = {
  PARSE_ERROR: 400,
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  PAYMENT_REQUIRED: 402,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_SUPPORTED: 405,
  TIMEOUT: 408,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNPROCESSABLE_CONTENT: 422,
  PRECONDITION_REQUIRED: 428,
  TOO_MANY_REQUESTS: 429,
  CLIENT_CLOSED_REQUEST: 499,
  INTERNAL_SERVER_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  BAD_GATEWAY: 502,
  SERVICE_UNAVAILABLE: 503,
  GATEWAY_TIMEOUT: 504,
}
