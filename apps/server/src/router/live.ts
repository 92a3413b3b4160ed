import { z } from 'zod'
import { streamEvents } from '../live/event-stream.ts'
import { router, viewer } from '../trpc.ts'

export const liveRouter = router({
  /** One stream per tab. Resumes after `lastEventId`; a `gap` says that something is missing, or more than `backlogMax`: read again. */
  events: viewer('events')
    .input(z.object({ lastEventId: z.string().max(80).nullish(), backlogMax: z.number().int().min(0).optional() }).default({}))
    .subscription(async function* ({ ctx, input }) {
      const { desk, caller } = ctx
      const release = desk.seats.take(caller.key)
      try {
        yield* streamEvents({
          engine: desk.engine,
          activity: desk.activity,
          clock: desk.clock,
          life: desk.life,
          lastEventId: input.lastEventId ?? undefined,
          ...(input.backlogMax === undefined ? {} : { backlogMax: input.backlogMax }),
          closed: ctx.closed,
          watch: ctx.watch ?? undefined,
          cut: ctx.cut,
        })
      } finally {
        release()
      }
    }),
})
