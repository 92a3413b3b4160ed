import type { Request, RequestHandler } from 'express'
import type { Caller } from '../auth/caller.ts'
import { refuseCall } from '../fault.ts'
import type { Addresses } from './addresses.ts'
import { BATCH_CALLS_MAX, BODY_BYTES_MAX, SIGN_IN_BYTES_MAX } from './limits.ts'
import { admitCaller } from './admit-caller.ts'
import type { CallRates } from './call-rates.ts'
import type { Proofs } from './identify-caller.ts'
import { checkOrigin } from './origin-check.ts'

/** Who each request that passed the gate comes from. */
export type CallerOf = (request: Request) => Caller | null

interface GateOptions extends Proofs {
  readonly addresses: Addresses
  readonly rates: CallRates
  /** What somebody who is not signed in may call. */
  readonly openCalls: ReadonlySet<string>
  /** What is read as a stream, by GET. */
  readonly streams: ReadonlySet<string>
}

/** Everything that is decided of a call before its body is read; a refused one has done nothing. */
export function createCallGate(options: GateOptions): { readonly gate: RequestHandler; readonly callerOf: CallerOf } {
  const callers = new WeakMap<Request, Caller | null>()
  const gate: RequestHandler = (request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    const calls = readCalls(request)
    checkOrigin(request, options.addresses)
    const [first = ''] = calls
    const isStream = request.method === 'GET' && calls.length === 1 && options.streams.has(first) && request.query['batch'] === undefined
    if (!isStream && request.method !== 'POST') return refuseCall({ code: 'method_not_allowed', allowed: 'POST' })
    if (!isStream && !isJson(request.headers['content-type']))
      return refuseCall({ code: 'unsupported_media_type', expected: 'application/json' })
    if (calls.length > BATCH_CALLS_MAX) return refuseCall({ code: 'batch_too_large', limit: BATCH_CALLS_MAX, size: calls.length })
    const caller = admitCaller(request, response, calls.length, options)
    if (caller === null && !calls.every((call) => options.openCalls.has(call)))
      return refuseCall({ code: 'unauthenticated', why: 'signed_out' })
    checkSize(request, caller === null ? SIGN_IN_BYTES_MAX : BODY_BYTES_MAX)
    callers.set(request, caller)
    next()
  }
  return { gate, callerOf: (request) => callers.get(request) ?? null }
}

function readCalls(request: Request): readonly string[] {
  try {
    return decodeURIComponent(request.path.slice(request.path.lastIndexOf('/') + 1)).split(',')
  } catch {
    return refuseCall({ code: 'not_found', path: '' })
  }
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json'
}

/** What is announced is refused at once; what comes in pieces is counted while it is read. */
function checkSize(request: Request, limit: number): void {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limit) return refuseCall({ code: 'payload_too_large', limit, size: announced })
  if (limit === SIGN_IN_BYTES_MAX && request.headers['transfer-encoding'] !== undefined) {
    return refuseCall({ code: 'payload_too_large', limit, size: null })
  }
}
