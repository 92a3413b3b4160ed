import { z } from 'zod'
import { router, viewer } from '../trpc.ts'
import { pid, pidText } from './input.ts'

const query = z.strictObject({
  root: pidText.optional(),
  // Longer pages are refused by the engine, with the limit's name.
  offset: z.int().min(0).max(1_000_000_000).optional(),
  limit: z.int().min(0).max(1_000_000_000).optional(),
})

export const supervisorsRouter = router({
  list: viewer('supervisors')
    .input(query.default({}))
    .query(({ ctx, input: { root, offset = 0, limit = 500 } }) =>
      ctx.desk.engine.supervisors({ offset, limit, ...(root === undefined ? {} : { root: pid(root) }) }),
    ),
})
