import { z } from 'zod'
import { procedure, router } from '../trpc.ts'

export const metricsRouter = router({
  /** One-second samples, oldest first; `sinceMs` (epoch) leaves earlier ones out. */
  samples: procedure
    .input(z.strictObject({ sinceMs: z.number().min(0).optional() }).default({}))
    .query(({ ctx, input }) => ctx.desk.engine.samples(input.sinceMs)),
})
