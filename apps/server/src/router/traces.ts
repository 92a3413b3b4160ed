import type { TraceView } from '@strata/runtime'
import { z } from 'zod'
import { decideAccess, decideModules, type Standing } from '../auth/decide-access.ts'
import { refuseCall } from '../fault.ts'
import type { Caller } from '../auth/caller.ts'
import type { Desk } from '../context.ts'
import { byCaller, operator, router, viewer } from '../trpc.ts'
import { idText, pid, pids, pidText, pidTexts, processConditions, processFilter, reason } from './input.ts'

const targets = z.union([z.strictObject({ pids: pidTexts }), z.strictObject({ matching: z.strictObject(processConditions) })])
// What is beyond the limits is refused by the engine, which names them.
const amount = z.int().min(1).max(1_000_000_000).optional()

export const tracesRouter = router({
  /** Begins to look at what processes get and send; ends by itself (TRACE2). */
  begin: operator('trace')
    .input(
      z.strictObject({
        targets,
        messages: amount,
        forMs: amount,
        redact: z.array(z.string().max(100)).max(50).default([]),
        reason: reason.default(''),
      }),
    )
    .mutation(({ ctx, input }) => {
      const chosen = 'pids' in input.targets ? { pids: pids(input.targets.pids) } : { matching: processFilter(input.targets.matching) }
      // Nobody knows yet what else those that match are in.
      const refusal = 'matching' in chosen ? decideModules(ctx.standing, []) : null
      if (refusal !== null) return refuseCall(refusal)
      const { messages, forMs, redact } = input
      return ctx.desk.engine.trace(
        { targets: chosen, redact, ...(messages === undefined ? {} : { messages }), ...(forMs === undefined ? {} : { forMs }) },
        byCaller(ctx.caller, input.reason),
      )
    }),
  /** Those that run or ran, newest first, without what they saw; `pid`: of this process. */
  list: viewer('ps')
    .input(z.strictObject({ pid: pidText.optional() }).default({}))
    .query(async ({ ctx, input }) => {
      const asked = input.pid === undefined ? undefined : pid(input.pid)
      return (await ctx.desk.engine.traces()).filter((trace) => asked === undefined || trace.pids.includes(asked))
    }),
  /** What one saw, from `after` on. */
  entries: viewer('trace')
    .input(z.strictObject({ trace: idText, after: z.int().min(0).max(1_000_000).default(0) }))
    .query(async ({ ctx, input }) => {
      const page = await ctx.desk.engine.traceEntries(input.trace, input.after)
      requireSight(ctx, page)
      return page
    }),
  stop: operator('trace')
    .input(z.strictObject({ trace: idText, reason: reason.default('') }))
    .mutation(({ ctx, input }) => ctx.desk.engine.stopTrace(input.trace, byCaller(ctx.caller, input.reason))),
})

/**
 * Who began a trace was let in by what its processes were in then, and sees it while the role lasts; they may have ended since. A trace of somebody else's is for whoever may
 * trace everything, and is told as read.
 */
function requireSight(
  { desk, caller, standing }: { readonly desk: Desk; readonly caller: Caller; readonly standing: Standing },
  trace: TraceView,
): void {
  const isOwn = trace.actor === caller.actor
  const refusal =
    decideAccess({ access: 'operator', verb: 'trace', isPersons: false }, standing, (role) => desk.access.who(role)) ??
    (isOwn ? null : decideModules(standing, []))
  if (refusal !== null) refuseCall(refusal)
  if (!isOwn)
    desk.activity.add({ type: 'content_read', actor: caller.actor, verb: 'trace', target: trace.pids.join(', '), modules: trace.modules })
}
