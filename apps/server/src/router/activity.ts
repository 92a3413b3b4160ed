import { z } from 'zod'
import { procedure, router } from '../trpc.ts'

const query = z.strictObject({
  before: z.int().min(1).optional(),
  limit: z.int().min(1).max(500).default(100),
  types: z.array(z.string().max(40)).max(40).optional(),
})

export const activityRouter = router({
  /** Newest first; `before` is the id of the last line that is known. */
  list: procedure.input(query.prefault({})).query(({ ctx, input }) => ctx.desk.activity.list(input)),
})
