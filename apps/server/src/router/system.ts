import { basename } from 'node:path'
import { z } from 'zod'
import { formatEventId } from '../live/event-id.ts'
import { byCaller, deployer, router, viewer } from '../trpc.ts'
import { reason } from './input.ts'

export const systemRouter = router({
  info: viewer('whoami').query(async ({ ctx }) => {
    const { desk, caller, standing } = ctx
    // Read before the runtime is asked, so that what a stream resumes from is never newer than what is shown.
    const lastSeq = desk.engine.lastSeq()
    const runtime = await desk.engine.runtime()
    return {
      name: desk.system.name ?? basename(runtime.folder),
      folder: runtime.folder,
      environment: desk.environment,
      runtime,
      node: desk.engine.node,
      version: desk.version,
      actor: caller.actor,
      role: standing.role,
      verbRoles: desk.verbRoles,
      tour: desk.system.tour ?? null,
      lastSeq,
      lastEventId: formatEventId(desk.life, lastSeq),
      publicUrl: desk.publicUrl,
      now: new Date(desk.clock.now()).toISOString(),
    }
  }),
  /** Starts what is current and the root processes, after a start in safe mode. */
  leaveSafeMode: deployer('safe-mode')
    .input(z.strictObject({ reason: reason.default('') }).default({ reason: '' }))
    .mutation(async ({ ctx, input }) => {
      await ctx.desk.engine.leaveSafeMode(byCaller(ctx.caller, input.reason))
      ctx.desk.lifeRecord.leftSafeMode()
      return { left: true as const }
    }),
})
