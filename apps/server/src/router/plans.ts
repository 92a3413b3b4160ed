import { z } from 'zod'
import { executePlan } from '../plans/execute-plan.ts'
import { refuseModulesBeyond } from '../auth/check-rule.ts'
import { makePlan } from '../plans/make-plan.ts'
import { comparePlans } from '../plans/plan-difference.ts'
import { planModules } from '../plans/plan-modules.ts'
import type { PlanRequest } from '../plans/plan-request.ts'
import { byCaller, planned, plannedAct, router, viewer } from '../trpc.ts'
import { idText, moduleName, nameText, number, pids, pidTexts, reason } from './input.ts'
import { loadInput, loadRequest } from './modules.ts'

const targets = z.union([z.strictObject({ module: nameText, generation: number }), z.strictObject({ pids: pidTexts })])

const makeInput = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('purge'), module: nameText, generation: number.optional() }),
  z.strictObject({ verb: z.literal('kill'), pids: pidTexts }),
  z.strictObject({ verb: z.literal('delete'), module: nameText }),
  z.strictObject({ verb: z.literal('rollback'), module: nameText, number }),
  z.strictObject({ verb: z.literal('restart-scheduler'), scheduler: number }),
  z.strictObject({ verb: z.literal('upgrade'), targets }),
  loadInput.extend({ verb: z.literal('load') }),
])

const onePlan = z.strictObject({ id: idText })

export const plansRouter = router({
  make: planned('asked')
    .input(makeInput)
    .mutation(async ({ ctx, input }) => {
      const { desk, caller, standing } = ctx
      desk.plans.refuseOverLimit(caller.actor)
      const request = planRequest(input)
      const plan = await makePlan(desk.engine, request)
      refuseModulesBeyond(standing, planModules(plan))
      return desk.plans.add(caller.actor, request, plan)
    }),
  get: planned('kept')
    .input(onePlan)
    .query(({ ctx, input }) => ctx.desk.plans.view(ctx.caller.actor, input.id)),
  /** Makes the same plan again in its place, on the state as it is now, and tells what changed. */
  renew: planned('kept')
    .input(onePlan)
    .mutation(async ({ ctx, input }) => {
      const { desk, caller, standing } = ctx
      const { plan: former, request } = desk.plans.renewable(caller.actor, input.id)
      const plan = await makePlan(desk.engine, request)
      refuseModulesBeyond(standing, planModules(plan))
      return { plan: desk.plans.renew(caller.actor, input.id, plan), ...comparePlans(former, plan) }
    }),
  /** Executes a plan, once, and answers with its receipt. The act can be read under the plan's id from the first moment. */
  execute: plannedAct()
    .input(z.strictObject({ id: idText, reason: reason.default('') }))
    .mutation(({ ctx, input }) => executePlan(ctx.desk, input.id, byCaller(ctx.caller, input.reason))),
  /** Everybody's open plans, so that nobody is surprised by another's. */
  listOpen: viewer('plans')
    .input(z.strictObject({ module: nameText.optional() }).default({}))
    .query(({ ctx, input }) => ctx.desk.plans.open(input.module).map((plan) => ({ ...plan, mine: plan.owner === ctx.caller.actor }))),
})

function planRequest(input: z.infer<typeof makeInput>): PlanRequest {
  switch (input.verb) {
    case 'purge':
      return {
        verb: 'purge',
        module: moduleName(input.module),
        ...(input.generation === undefined ? {} : { generation: input.generation }),
      }
    case 'kill':
      return { verb: 'kill', pids: pids(input.pids) }
    case 'delete':
      return { verb: 'delete', module: moduleName(input.module) }
    case 'rollback':
      return { verb: 'rollback', module: moduleName(input.module), number: input.number }
    case 'restart-scheduler':
      return input
    case 'upgrade':
      return {
        verb: 'upgrade',
        targets:
          'pids' in input.targets
            ? { pids: pids(input.targets.pids) }
            : { module: moduleName(input.targets.module), generation: input.targets.generation },
      }
    case 'load':
      return { verb: 'load', ...loadRequest(input) }
  }
}
