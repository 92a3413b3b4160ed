import { type By, EngineError, InvariantError } from '@strata/runtime'
import { initTRPC, type TRPCError } from '@trpc/server'
import { ZodError } from 'zod'
import type { Watch } from './auth/access.ts'
import type { Caller } from './auth/caller.ts'
import { checkRule } from './auth/check-rule.ts'
import type { Role } from './auth/role.ts'
import type { Rule } from './auth/rule.ts'
import type { Context } from './context.ts'
import { BODY_BYTES_MAX } from './door/limits.ts'
import { shapeRefusal } from './door/refusal.ts'
import { databaseFailure, failureText, isStoreFailure } from './store/database-failure.ts'
import { type ClientFault, refuseCall, RefusedError } from './fault.ts'
import { internalErrorId } from './internal-error.ts'
import { presentOrigin } from './request-origin.ts'

const KEEP_ALIVE_MS = 15_000
/** How long a stream has to say why it ends. */
const STREAM_END_MS = 2_000

const t = initTRPC
  .context<Context>()
  .meta<Rule>()
  .create({
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

/** Counts each call, and has a line in the log for each that changes something: with the newest entry of the trail, and nothing of its input. */
const logged = t.middleware(async ({ ctx: { desk, caller }, type, path, next }) => {
  const began = desk.clock.monotonicMs()
  const answer = await next()
  const ms = Math.round(desk.clock.monotonicMs() - began)
  const code = answer.ok ? null : faultOf(answer.error).code
  const outcome = code === null ? 'done' : code === 'internal' ? 'failed' : 'refused'
  desk.meters.answered(path, type, outcome, ms)
  const line = { call: path, actor: caller?.actor ?? null, outcome, ...(code === null ? {} : { code }), ms, head: desk.store.audit.head() }
  if (type === 'mutation') desk.log.info(line, 'a call was answered')
  else desk.log.debug(line, 'a call was answered')
  return answer
})

/** The one gate: looks at the procedure's rule, and at what the caller may do now, not when its request began to arrive. */
const gated = t.procedure
  .use(logged)
  .use(durable)
  .use(async ({ ctx, meta, type, path, next, getRawInput }) => {
    const { desk, caller } = ctx
    if (meta === undefined) throw new InvariantError(`the procedure ${path} declares no rule`)
    const inputOf = () => getRawInput().catch(() => null)
    // The body has arrived: what the caller may do is looked at now.
    await inputOf()
    const standing = caller === null ? null : desk.access.standingOf(caller)
    if (caller === null || standing === null) return refuseCall({ code: 'unauthenticated', why: 'signed_out' })
    const tell = async (code: string) =>
      desk.activity.add({
        type: 'act_refused',
        actor: caller.actor,
        call: path,
        verb: meta.verb,
        code,
        modules: modulesIn(await inputOf()),
      })
    const refusal = await checkRule(desk, meta, standing, inputOf)
    if (refusal !== null) {
      await tell(refusal.code)
      return refuseCall(refusal)
    }
    const watch = type === 'subscription' ? watchStream(ctx, caller, meta) : null
    const read = new Set<string>()
    const noteRead = (module: string | null) => void (module !== null && read.add(module))
    const go = () => next({ ctx: { ...ctx, caller, standing, watch, noteRead } })
    if (!meta.isAct || type !== 'mutation') {
      const answer = await go()
      if (answer.ok && meta.showsContent) {
        const input = await inputOf()
        desk.activity.add({
          type: 'content_read',
          actor: caller.actor,
          verb: meta.verb,
          target: targetOf(input),
          modules: [...new Set([...modulesIn(input), ...read])],
        })
      }
      return answer
    }
    // What the trail could not keep is not done.
    desk.store.writes.requireWritable()
    const answer = await desk.running.during(ctx.closed, go)
    // A load that the engine refuses is its own event, with the modules that it read in the sources.
    const isItsOwnEvent = !answer.ok && path === 'modules.load' && answer.error.cause instanceof EngineError
    if (!answer.ok && !isItsOwnEvent) await tell(faultOf(answer.error).code)
    return answer
  })

/** A stream whose caller may no longer have it is cut, whether or not it ends by itself. */
function watchStream({ desk, closed, cut }: Context, caller: Caller, meta: Rule): Watch {
  const watch = desk.access.watch(caller, meta)
  watch.ended.addEventListener('abort', () => desk.clock.schedule(STREAM_END_MS, cut))
  closed.addEventListener('abort', () => watch.stop())
  return watch
}

// How a procedure declares its rule: `operator('suspend').input(…).mutation(…)`. The verb is the command line's.
// `look` is for what changes nothing although it is a mutation or a query: it is no act, and what it refuses is no entry. What the gate refuses always is one.

const rule = (access: Rule['access'], verb: string, isAct: boolean, more: Partial<Rule> = {}): Rule => ({
  access,
  verb,
  isAct,
  plan: null,
  isPersons: false,
  // What an operator may look at and a viewer may not: sources, states, messages.
  showsContent: access === 'operator' && !isAct && more.plan === undefined,
  ...more,
})

/** What somebody who is not signed in may call: sign-in alone. */
export const anyone = (verb: string) =>
  t.procedure
    .use(logged)
    .use(durable)
    .meta(rule('anyone', verb, false))
/** What changes nothing and shows no content: everybody who is signed in. */
export const viewer = (verb: string) => gated.meta(rule('viewer', verb, false))
export const operator = (verb: string) => gated.meta(rule('operator', verb, true))
export const deployer = (verb: string) => gated.meta(rule('deployer', verb, true))
export const admin = (verb: string) => gated.meta(rule('admin', verb, true))
/** What everybody does with their own account. */
export const own = (verb: string) => gated.meta(rule('viewer', verb, true, { isPersons: true }))
/** What a deployer answers for in person. */
export const deployerPerson = (verb: string) => gated.meta(rule('deployer', verb, true, { isPersons: true }))
/** What an admin does to others' ways in: no token may. */
export const adminPerson = (verb: string) => gated.meta(rule('admin', verb, true, { isPersons: true }))
/** Only for who can read the server's own token. */
export const machine = (verb: string) => gated.meta(rule('machine', verb, true))
/** Looks without changing anything, and needs more than a viewer's role. */
export const look = (access: Role, verb: string) => gated.meta(rule(access, verb, false))
/** The plan decides verb and role: the one that the input's `verb` asks for, or the one kept under its `id`. */
export const planned = (plan: 'asked' | 'kept') => gated.meta(rule('operator', 'plan', false, { plan }))
export const plannedAct = (more: Pick<Partial<Rule>, 'isPersons'> = {}) =>
  gated.meta(rule('operator', 'plan', true, { plan: 'kept', ...more }))

/** What was looked at, as far as the input says: `session@2`, a pid, a file. */
function targetOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return ''
  const { module, number, generation, pid, path } = input as Readonly<Record<string, unknown>>
  const told = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 200) : '')
  if (module !== undefined) return [told(module), told(number ?? generation)].filter((part) => part !== '').join('@')
  return told(pid ?? path)
}

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
  const origin = presentOrigin()
  return { actor: caller.actor, reason: reason ?? '', ...(origin === null ? {} : { origin }) }
}

/** The one gate: what a client is told of an error. */
export function faultOf(error: TRPCError): ClientFault {
  const cause = error.cause ?? error
  if (cause instanceof RefusedError) return cause.fault
  if (cause instanceof EngineError) return cause.fault.code === 'changed_meanwhile' ? { ...cause.fault, plan: null } : cause.fault
  if (isStoreFailure(databaseFailure(cause))) return { code: 'store_away', why: failureText(cause).slice(0, 200) }
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
