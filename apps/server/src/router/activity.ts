import { z } from 'zod'
import { router, viewer } from '../trpc.ts'
import { instant, nameText } from './input.ts'

const query = z.strictObject({
  before: z.int().min(1).optional(),
  limit: z.int().min(1).max(500).default(100),
  types: z.array(z.string().max(40)).max(60).optional(),
  actor: z.string().max(120).optional(),
  module: nameText.max(120).optional(),
  /** From this time on, and before that one. */
  since: instant.optional(),
  until: instant.optional(),
})

export const activityRouter = router({
  /** Newest first; `before` is the id of the last line that is known. */
  list: viewer('events')
    .input(query.prefault({}))
    .query(({ ctx, input: { since, until, ...rest } }) =>
      ctx.desk.activity.list({
        ...rest,
        ...(since === undefined ? {} : { since: Date.parse(since) }),
        ...(until === undefined ? {} : { until: Date.parse(until) }),
      }),
    ),
  /** Follows the chain of all entries; with `head`, whether that hash is in it. */
  verify: viewer('audit')
    .input(
      z
        .strictObject({
          head: z
            .string()
            .regex(/^[0-9a-f]{64}$/)
            .optional(),
        })
        .default({}),
    )
    .query(({ ctx, input }) => ctx.desk.activity.verify(input.head)),
})
