import { type By, EngineError } from '@strata/runtime'
import { initTRPC, type TRPCError } from '@trpc/server'
import { ZodError } from 'zod'
import type { Caller } from './auth/caller.ts'
import type { Context } from './context.ts'
import { BODY_BYTES_MAX } from './door/limits.ts'
import { shapeRefusal } from './door/refusal.ts'
import { type ClientFault, refuseCall, RefusedError } from './fault.ts'
import { internalErrorId } from './internal-error.ts'

const KEEP_ALIVE_MS = 15_000

const t = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ error, shape }) => shapeRefusal(faultOf(error), shape.data.path ?? null),
  sse: { ping: { enabled: true, intervalMs: KEEP_ALIVE_MS }, client: { reconnectAfterInactivityMs: 3 * KEEP_ALIVE_MS } },
})

export const router = t.router

/** What a call changed is durable before it is answered; a refused one's answer waits for its entry, too. */
const durable = t.middleware(async ({ ctx, type, next }) => {
  const answer = await next()
  if (type === 'mutation') await (answer.ok ? ctx.desk.settled() : ctx.desk.store.writes.flushed())
  return answer
})

/** For calls that a signed-out browser may make: sign-in alone. */
export const openProcedure = t.procedure.use(durable)

/** For everything else: refused with `unauthenticated` when nobody is signed in. */
export const procedure = t.procedure.use(durable).use(({ ctx, next }) => {
  const { caller } = ctx
  if (caller === null) return refuseCall({ code: 'unauthenticated', why: 'signed_out' })
  return next({ ctx: { ...ctx, caller } })
})

/** For acts: the server's stop waits for them, and a refused one is an entry of the trail. */
export const actProcedure = procedure.use(async ({ ctx, path, next, getRawInput }) => {
  const { desk, caller } = ctx
  const answer = await desk.running.during(ctx.closed, next)
  if (answer.ok) return answer
  const fault = faultOf(answer.error)
  // A load that the engine refuses is its own event, with the modules that it read in the sources.
  if (path === 'modules.load' && answer.error.cause instanceof EngineError) return answer
  desk.activity.add({
    type: 'act_refused',
    actor: caller.actor,
    call: path,
    code: fault.code,
    modules: modulesIn(await getRawInput().catch(() => null)),
  })
  return answer
})

/** What an act was asked of, as far as its input says. */
function modulesIn(input: unknown): readonly string[] {
  if (typeof input !== 'object' || input === null) return []
  const named = 'sources' in input && Array.isArray(input.sources) ? (input.sources as unknown[]) : [input]
  return named
    .flatMap((entry) =>
      typeof entry === 'object' && entry !== null && 'module' in entry && typeof entry.module === 'string' ? entry.module : [],
    )
    .map((name) => name.slice(0, 120))
    .slice(0, 50)
}

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
      return { code: 'payload_too_large', limit: BODY_BYTES_MAX, size: null }
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
