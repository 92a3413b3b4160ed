import { basename } from 'node:path'
import { formatEventId } from '../live/event-id.ts'
import { procedure, router } from '../trpc.ts'

export const systemRouter = router({
  info: procedure.query(async ({ ctx }) => {
    const { desk, caller } = ctx
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
      tour: desk.system.tour ?? null,
      pinnedLongMs: desk.system.pinnedLongMs ?? {},
      lastSeq,
      lastEventId: formatEventId(desk.life, lastSeq),
      publicUrl: desk.publicUrl,
      now: new Date(desk.clock.now()).toISOString(),
    }
  }),
})
