import { z } from 'zod'
import { router, viewer } from '../trpc.ts'

const SHORTEST_MS = 15 * 60_000

export const metricsRouter = router({
  /** Samples since then (epoch ms; the last 15 minutes without it), oldest first: each second's for 15 minutes, then 10 s, then minutes, 30 days back. */
  samples: viewer('metrics')
    .input(z.strictObject({ sinceMs: z.number().min(0).optional() }).default({}))
    .query(({ ctx, input }) => ctx.desk.metrics.since(input.sinceMs ?? ctx.desk.clock.now() - SHORTEST_MS)),
})
