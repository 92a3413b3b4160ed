import { z } from 'zod'
import { drawDrain } from '../metrics/drain.ts'
import { dropEmptyBands } from '../metrics/merge-samples.ts'
import { router, viewer } from '../trpc.ts'
import { moduleName, nameText } from './input.ts'

const SHORTEST_MS = 15 * 60_000
const DRAIN_MS = 60 * 60_000

export const metricsRouter = router({
  /** How many pinned each loaded generation of a module since then (the last hour without it), and when it will have drained. */
  drain: viewer('metrics')
    .input(z.strictObject({ module: nameText, sinceMs: z.number().min(0).optional() }))
    .query(async ({ ctx, input: { module, sinceMs } }) => {
      const { engine, metrics, clock } = ctx.desk
      const generations = await engine.generations(moduleName(module))
      return drawDrain(module, generations, await metrics.since(sinceMs ?? clock.now() - DRAIN_MS))
    }),
  /**
   * Samples since then (epoch ms; the last 15 minutes without it), oldest first, 600 at most: each second's for 15 minutes, then 10 s, then minutes, 30 days back. A generation that nobody
   * pinned and where nobody crashed is not named.
   */
  samples: viewer('metrics')
    .input(z.strictObject({ sinceMs: z.number().min(0).optional() }).default({}))
    .query(async ({ ctx, input }) =>
      (await ctx.desk.metrics.since(input.sinceMs ?? ctx.desk.clock.now() - SHORTEST_MS)).map(dropEmptyBands),
    ),
})
