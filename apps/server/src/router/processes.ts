import { z } from 'zod'
import { byCaller, deployer, look, operator, router, viewer } from '../trpc.ts'
import { moduleName, nameText, number, pid, pidText, reason } from './input.ts'

const query = z.strictObject({
  module: nameText.optional(),
  generation: number.optional(),
  status: z.enum(['running', 'runnable', 'waiting', 'suspended']).optional(),
  load: z.enum(['busy', 'holding', 'stuck']).optional(),
  // Longer texts and pages are refused by the engine, with the limit's name.
  search: z.string().optional(),
  sort: z.enum(['pid', 'name', 'module', 'generation', 'function', 'status', 'queueLength', 'reductions', 'startedAt', 'pins']).optional(),
  descending: z.boolean().optional(),
  offset: z.int().min(0).max(1_000_000_000).optional(),
  limit: z.int().min(0).max(1_000_000_000).optional(),
})
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
    .query(({ ctx, input }) => ctx.desk.engine.preview(pid(input.pid))),
  /** Ends one process at once. */
  kill: operator('kill')
    .input(z.strictObject({ pid: pidText, reason: reason.default('') }))
    .mutation(({ ctx, input }) => ctx.desk.engine.kill(pid(input.pid), byCaller(ctx.caller, input.reason))),
  send: deployer('send')
    .input(z.strictObject({ pid: pidText, message: z.json(), reason: reason.optional() }))
    .mutation(async ({ ctx, input }) => {
      await ctx.desk.engine.send(pid(input.pid), input.message, byCaller(ctx.caller, input.reason))
      return { sent: true as const }
    }),
})

/** Drops keys whose value is `undefined`: the engine's views tell absent from unknown. */
function withoutAbsent<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> }
}
