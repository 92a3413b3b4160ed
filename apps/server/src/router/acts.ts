import { z } from 'zod'
import { shownAct } from '../acts/shown-act.ts'
import { router, viewer } from '../trpc.ts'
import { idText, nameText } from './input.ts'

export const actsRouter = router({
  /** Newest first. */
  list: viewer('events')
    .input(z.strictObject({ limit: z.int().min(1).max(500).default(100), module: nameText.optional() }).prefault({}))
    .query(({ ctx, input }) => ctx.desk.acts.list(input.limit, input.module)),
  get: viewer('events')
    .input(z.strictObject({ id: idText, all: z.boolean().optional() }))
    .query(async ({ ctx, input }) => shownAct(await ctx.desk.acts.get(input.id), input.all)),
})
