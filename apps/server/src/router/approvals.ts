import { z } from 'zod'
import { doubtedUntil } from '../approvals/second-person.ts'
import { personOf } from '../auth/person-of.ts'
import type { Desk } from '../context.ts'
import { refuseCall } from '../fault.ts'
import { shownPlan } from '../plans/plan-counts.ts'
import { planModules } from '../plans/plan-modules.ts'
import type { PlanView } from '../plans/plan-registry.ts'
import { deployerPerson, planned, plannedAct, router, viewer } from '../trpc.ts'
import { idText, number, reason, requiredReason } from './input.ts'

const onePlan = z.strictObject({ id: idText })

export const approvalsRouter = router({
  /** Plans that wait for somebody else, and acts that went past them; newest first. */
  list: viewer('approvals').query(({ ctx: { desk } }) => ({
    secondPerson: desk.settings.values.secondPerson,
    plans: desk.plans.awaiting(),
    breaks: desk.glassBreaks.list(),
  })),
  /** Another's plan, as its maker sees it. */
  get: planned('kept')
    .input(onePlan)
    .query(({ ctx, input }) => shownPlan(ctx.desk.plans.shown(input.id))),
  /** Asks somebody else to approve the caller's own plan, which then lives for 30 minutes. */
  ask: plannedAct()
    .input(onePlan.extend({ reason: requiredReason }))
    .mutation(({ ctx: { desk, caller }, input }) => {
      const view = desk.plans.ask(caller.actor, input.id, input.reason)
      const { verb } = view.plan
      desk.activity.add({
        type: 'approval_asked',
        actor: caller.actor,
        plan: view.id,
        verb,
        modules: planModules(view.plan),
        reason: input.reason,
      })
      return shownPlan(view)
    }),
  /** Approves another's plan, just as it was looked at: `revision` is that plan's. Its maker executes it. */
  approve: plannedAct({ isPersons: true })
    .input(onePlan.extend({ revision: number, reason: reason.default('') }))
    .mutation(({ ctx: { desk, caller }, input }) => {
      refuseDoubted(desk, caller.actor, desk.plans.shown(input.id).owner)
      const view = desk.plans.approve(caller.actor, input.id, input.revision, input.reason)
      desk.activity.add({ type: 'plan_approved', ...decisionOn(view, caller.actor, input.reason) })
      return shownPlan(view)
    }),
  /** Says no, and why: the plan waits for nobody until its maker asks again. */
  decline: plannedAct({ isPersons: true })
    .input(onePlan.extend({ reason: requiredReason }))
    .mutation(({ ctx: { desk, caller }, input }) => {
      const view = desk.plans.decline(caller.actor, input.id, input.reason)
      desk.activity.add({ type: 'plan_declined', ...decisionOn(view, caller.actor, input.reason) })
      return shownPlan(view)
    }),
  /** Signs what somebody else did without the second person. */
  sign: deployerPerson('sign')
    .input(z.strictObject({ act: idText, reason: requiredReason }))
    .mutation(({ ctx: { desk, caller }, input }) => {
      refuseDoubted(desk, caller.actor, desk.glassBreaks.actorOf(input.act))
      const signed = desk.glassBreaks.sign(input.act, caller.actor, input.reason)
      desk.activity.add({
        type: 'glass_signed',
        actor: caller.actor,
        act: signed.act,
        owner: signed.actor,
        modules: signed.modules,
        reason: input.reason,
      })
      return signed
    }),
})

/** What both answers of a second person tell of the plan. */
function decisionOn({ id, owner, plan }: PlanView, actor: string, reason: string) {
  return { actor, plan: id, owner, verb: plan.verb, modules: planModules(plan), reason }
}

/** APPR7 */
function refuseDoubted(desk: Desk, actor: string, maker: string): void {
  const until = doubtedUntil((name) => desk.people.find(name), actor, maker, desk.clock.now())
  if (until !== null)
    refuseCall({ code: 'came_by_link', person: personOf(actor), maker: personOf(maker), until: new Date(until).toISOString() })
}
