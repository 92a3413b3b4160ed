import { z } from 'zod'
import { shownAct, shownReceipt } from '../acts/shown-act.ts'
import type { ActView } from '../acts/act-registry.ts'
import type { Caller } from '../auth/caller.ts'
import { decideAccess, decideModules, type Standing } from '../auth/decide-access.ts'
import { refuseCall } from '../fault.ts'
import { plannedAct, router, viewer } from '../trpc.ts'
import { idText, nameText, reason } from './input.ts'

const oneAct = z.strictObject({ id: idText, reason: reason.default('') })

export const actsRouter = router({
  /** Newest first. */
  list: viewer('events')
    .input(z.strictObject({ limit: z.int().min(1).max(500).default(100), module: nameText.optional() }).prefault({}))
    .query(({ ctx, input }) => ctx.desk.acts.list(input.limit, input.module)),
  get: viewer('events')
    .input(z.strictObject({ id: idText, all: z.boolean().optional() }))
    .query(async ({ ctx, input }) => {
      const present = await ctx.desk.acts.get(input.id)
      // That a move is done is read here, not answered to who began it: nobody reads it before it is kept.
      if (present.endedAt !== null) await ctx.desk.store.writes.flushed()
      const receipt = shownReceipt(present, input.all)
      const hasWords = receipt.items.some(({ lastWords }) => lastWords !== undefined)
      if (!hasWords || !mayReadWords(ctx, present)) return shownAct(present, input.all)
      ctx.desk.activity.add({
        type: 'content_read',
        actor: ctx.caller.actor,
        verb: 'preview',
        target: `act ${present.id}`,
        modules: present.modules,
      })
      return receipt
    }),
  // Who may execute the plan may do these, too: an act has its plan's id.
  /** Takes back an act that has not begun. */
  cancel: plannedAct()
    .input(oneAct)
    .mutation(async ({ ctx, input: { id, reason } }) => {
      const act = await ctx.desk.acts.get(id)
      if (!ctx.desk.delays.cancel(id)) return refuseCall({ code: 'act_cannot', act: id, wanted: 'cancel', status: act.status })
      const { title, modules } = act
      ctx.desk.activity.add({ type: 'act_cancelled', actor: ctx.caller.actor, reason, act: id, title, modules })
      return shownAct(ctx.desk.acts.cancel(id))
    }),
  /** Does not wait for its time. */
  now: plannedAct()
    .input(oneAct)
    .mutation(async ({ ctx, input: { id } }) => {
      const act = await ctx.desk.acts.get(id)
      if (!ctx.desk.delays.now(id)) return refuseCall({ code: 'act_cannot', act: id, wanted: 'now', status: act.status })
      return shownAct(await ctx.desk.acts.get(id))
    }),
  /** The part under way is finished, no further one begins (CANCEL3). */
  stop: plannedAct()
    .input(oneAct)
    .mutation(async ({ ctx, input: { id, reason } }) => {
      const { title, modules } = await ctx.desk.acts.get(id)
      const act = ctx.desk.acts.askStop(id)
      ctx.desk.moves.stop(id)
      ctx.desk.activity.add({ type: 'act_stopped', actor: ctx.caller.actor, reason, act: id, title, modules })
      return shownAct(act)
    }),
})

/** A token that is narrowed to modules reads them of its own acts alone: nobody knows any more what else the processes of others' were in. */
function mayReadWords({ caller, standing }: { readonly caller: Caller; readonly standing: Standing }, { actor }: ActView): boolean {
  const refusal =
    decideAccess({ access: 'operator', verb: 'preview', isPersons: false }, standing, () => []) ??
    (actor === caller.actor ? null : decideModules(standing, []))
  return refusal === null
}
