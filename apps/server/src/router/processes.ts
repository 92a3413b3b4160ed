import { PROCESS_SORTS } from '@strata/runtime/vocabulary'
import { z } from 'zod'
import { shownAct } from '../acts/shown-act.ts'
import { killSoon } from '../plans/kill-soon.ts'
import { byCaller, deployer, look, operator, router, viewer } from '../trpc.ts'
import { number, moduleName, pid, pidText, processConditions, reason, withoutAbsent } from './input.ts'

const query = z.strictObject({
  ...processConditions,
  sort: z.enum(PROCESS_SORTS).optional(),
  descending: z.boolean().optional(),
  // Longer pages are refused by the engine, with the limit's name.
  offset: z.int().min(0).max(1_000_000_000).optional(),
  limit: z.int().min(0).max(1_000_000_000).optional(),
})
/** Names under which nothing is to be shown, beside those that name secrets. */
const redactions = z.array(z.string().max(100)).max(50).default([])

const onePid = z.strictObject({ pid: pidText })

export const processesRouter = router({
  list: viewer('ps')
    .input(query.default({}))
    .query(({ ctx, input }) => {
      if (input.module !== undefined) moduleName(input.module)
      return ctx.desk.engine.processes(withoutAbsent(input))
    }),
  get: viewer('ps')
    .input(onePid)
    .query(({ ctx, input }) => ctx.desk.engine.process(pid(input.pid))),
  preview: look('operator', 'preview')
    .input(onePid)
    .query(async ({ ctx, input }) => {
      const preview = await ctx.desk.engine.preview(pid(input.pid))
      if (preview.status === 'answered') ctx.noteRead(preview.own.module)
      return preview
    }),
  /** Ends one process at once. */
  kill: operator('kill')
    .input(z.strictObject({ pid: pidText, reason: reason.default('') }))
    .mutation(({ ctx, input }) => ctx.desk.engine.kill(pid(input.pid), byCaller(ctx.caller, input.reason))),
  /** The same in 5 s: until then `acts.cancel` takes it back, and `acts.now` does not wait (CANCEL1). */
  killSoon: operator('kill')
    .input(z.strictObject({ pid: pidText, reason: reason.default('') }))
    .mutation(async ({ ctx, input }) => shownAct(await killSoon(ctx.desk, pid(input.pid), byCaller(ctx.caller, input.reason)))),
  /** Sends one process an exit signal, which it can trap. */
  exit: operator('exit')
    .input(z.strictObject({ pid: pidText, exitReason: z.string().max(2_000), reason: reason.default('') }))
    .mutation(({ ctx, input }) => ctx.desk.engine.exit(pid(input.pid), input.exitReason, byCaller(ctx.caller, input.reason))),
  /** Gives one process no more turns until it is resumed. */
  suspend: operator('suspend')
    .input(z.strictObject({ pid: pidText, reason: reason.default('') }))
    .mutation(({ ctx, input }) => ctx.desk.engine.suspend(pid(input.pid), byCaller(ctx.caller, input.reason))),
  resume: operator('resume')
    .input(z.strictObject({ pid: pidText, reason: reason.default('') }))
    .mutation(({ ctx, input }) => ctx.desk.engine.resume(pid(input.pid), byCaller(ctx.caller, input.reason))),
  /** What a move would make of its state; changes nothing. */
  tryMove: operator('move')
    .input(z.strictObject({ pid: pidText, to: number.optional(), reason: reason.default('') }))
    .mutation(({ ctx, input }) => ctx.desk.engine.tryMove(pid(input.pid), input.to, byCaller(ctx.caller, input.reason))),
  /** The first messages of its queue, as text. */
  queue: operator('queue')
    .input(z.strictObject({ pid: pidText, redact: redactions }))
    .mutation(({ ctx, input }) => ctx.desk.engine.queue(pid(input.pid), byCaller(ctx.caller, ''), { redact: input.redact })),
  /** The state of a behaviour's process, as text. */
  state: operator('state')
    .input(z.strictObject({ pid: pidText, redact: redactions }))
    .mutation(({ ctx, input }) => ctx.desk.engine.state(pid(input.pid), byCaller(ctx.caller, ''), { redact: input.redact })),
  send: deployer('send')
    .input(z.strictObject({ pid: pidText, message: z.json(), reason: reason.optional() }))
    .mutation(async ({ ctx, input }) => {
      await ctx.desk.engine.send(pid(input.pid), input.message, byCaller(ctx.caller, input.reason))
      return { sent: true as const }
    }),
})
