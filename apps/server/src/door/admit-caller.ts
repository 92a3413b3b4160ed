import type { Request, Response } from 'express'
import type { Caller } from '../auth/caller.ts'
import { refuseCall } from '../fault.ts'
import { type CallRates, SIGNED_IN_RATE, SIGNED_OUT_RATE } from './call-rates.ts'
import { identifyCaller, type Proofs } from './identify-caller.ts'

/** Who a request comes from, once its calls are counted: a wrong token's for the address that it came from, as a wrong code's. */
export function admitCaller(
  request: Request,
  response: Response,
  calls: number,
  { rates, ...proofs }: Proofs & { readonly rates: CallRates },
): Caller | null {
  const count = (caller: Caller | null): void => {
    const wait = caller === null ? rates.take(`out ${request.ip}`, calls, SIGNED_OUT_RATE) : rates.take(caller.key, calls, SIGNED_IN_RATE)
    if (wait === 0) return
    response.setHeader('Retry-After', Math.ceil(wait / 1_000))
    refuseCall({ code: 'too_many_requests', retryAfterMs: wait })
  }
  let caller: Caller | null
  try {
    caller = identifyCaller(request, proofs)
  } catch (error) {
    count(null)
    throw error
  }
  count(caller)
  return caller
}
