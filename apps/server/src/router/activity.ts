import { basename } from 'node:path'
import { z } from 'zod'
import { readHandover } from '../handover/handover-facts.ts'
import { writeHandover } from '../handover/write-handover.ts'
import { admin, router, viewer } from '../trpc.ts'
import { instant, nameText } from './input.ts'

const chosen = {
  types: z.array(z.string().max(40)).max(60).optional(),
  actor: z.string().max(120).optional(),
  module: nameText.max(120).optional(),
  /** From this time on, and before that one. */
  since: instant.optional(),
  until: instant.optional(),
}
const query = z.strictObject({ ...chosen, before: z.int().min(1).optional(), limit: z.int().min(1).max(500).default(100) })
const exportQuery = z.strictObject({
  ...chosen,
  format: z.enum(['jsonl', 'csv']),
  /** Where the page before ended, and what it said of the export's end. */
  after: z.int().min(0).default(0),
  through: z.int().min(0).default(0),
  limit: z.int().min(1).max(2_000).default(1_000),
})

export const activityRouter = router({
  /** Newest first; `before` is the id of the last line that is known. */
  list: viewer('events')
    .input(query.prefault({}))
    .query(({ ctx, input }) => ctx.desk.activity.list(withInstants(input))),
  /** Entries as they were written, oldest first, a page of them. That they were taken out is an entry, too. */
  export: admin('audit-export')
    .input(exportQuery)
    .mutation(({ ctx, input: { format, after, through, ...rest } }) =>
      ctx.desk.activity.export(ctx.caller.actor, format, withInstants(rest), after, through),
    ),
  /** The last hours as Markdown: what was done, what is still pinned and why, holds, marks and crashes. */
  handover: viewer('handover')
    .input(
      z
        .strictObject({
          hours: z
            .int()
            .min(1)
            .max(24 * 31)
            .default(12),
        })
        .prefault({}),
    )
    .query(async ({ ctx: { desk, caller }, input: { hours } }) => {
      const system = desk.system.name ?? basename((await desk.engine.runtime()).folder)
      const markdown = writeHandover(await readHandover(desk, caller.actor, hours, system))
      desk.activity.add({ type: 'handover_written', actor: caller.actor, hours })
      return { hours, markdown }
    }),
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

function withInstants<Query extends { readonly since?: string | undefined; readonly until?: string | undefined }>({
  since,
  until,
  ...rest
}: Query) {
  return {
    ...rest,
    ...(since === undefined ? {} : { since: Date.parse(since) }),
    ...(until === undefined ? {} : { until: Date.parse(until) }),
  }
}
