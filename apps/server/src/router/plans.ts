import type { Targets } from '@strata/runtime'
import { z } from 'zod'
import { shownAct } from '../acts/shown-act.ts'
import { executePlan } from '../plans/execute-plan.ts'
import { refusePlanBeyond, refuseScript } from '../auth/check-rule.ts'
import { makePlan } from '../plans/make-plan.ts'
import { ROWS_SHOWN_MAX, shownPlan } from '../plans/plan-counts.ts'
import { comparePlans } from '../plans/plan-difference.ts'
import type { Chosen, Matching, PlanRequest } from '../plans/plan-request.ts'
import { byCaller, planned, plannedAct, router, viewer } from '../trpc.ts'
import { idText, moduleName, nameText, number, pids, pidTexts, processConditions, processFilter, reason } from './input.ts'
import { loadInput, loadRequest } from './modules.ts'

const matching = z.strictObject(processConditions)
const chosen = z.union([z.strictObject({ pids: pidTexts }), z.strictObject({ matching })])
const targets = z.union([z.strictObject({ module: nameText, generation: number }), chosen])

/** All rows of a large plan or receipt, or as many as a screen shows. */
const shown = { all: z.boolean().optional() }

const makeInput = z.discriminatedUnion('verb', [
  z.strictObject({ ...shown, verb: z.literal('purge'), module: nameText, generation: number.optional() }),
  z
    .strictObject({ ...shown, verb: z.literal('kill'), pids: pidTexts.optional(), matching: matching.optional() })
    .refine((input) => (input.pids === undefined) !== (input.matching === undefined), 'pids, or matching'),
  z
    .strictObject({
      ...shown,
      verb: z.literal('exit'),
      pids: pidTexts.optional(),
      matching: matching.optional(),
      exitReason: z.string().max(2_000),
    })
    .refine((input) => (input.pids === undefined) !== (input.matching === undefined), 'pids, or matching'),
  z.strictObject({ ...shown, verb: z.literal('suspend'), targets }),
  z.strictObject({ ...shown, verb: z.literal('resume'), targets }),
  z.strictObject({
    ...shown,
    verb: z.literal('move'),
    targets,
    to: number.optional(),
    rate: z.int().min(1).max(100_000).optional(),
  }),
  z.strictObject({ ...shown, verb: z.literal('delete'), module: nameText }),
  z.strictObject({ ...shown, verb: z.literal('rollback'), module: nameText, number }),
  z.strictObject({ ...shown, verb: z.literal('restart-scheduler'), scheduler: number }),
  z.strictObject({ ...shown, verb: z.literal('upgrade'), targets }),
  loadInput.extend({ ...shown, verb: z.literal('load') }),
])

const onePlan = z.strictObject({ ...shown, id: idText })

export const plansRouter = router({
  make: planned('asked')
    .input(makeInput)
    .mutation(async ({ ctx, input }) => {
      const { desk, caller, standing } = ctx
      desk.plans.refuseOverLimit(caller.actor)
      const request = planRequest(input)
      const plan = await makePlan(desk.engine, request)
      await refusePlanBeyond(desk.engine, standing, plan)
      return shownPlan(desk.plans.add(caller.actor, request, plan), input.all)
    }),
  get: planned('kept')
    .input(onePlan)
    .query(({ ctx, input }) => shownPlan(ctx.desk.plans.view(ctx.caller.actor, input.id), input.all)),
  /** Makes the same plan again in its place, on the state as it is now, and tells what changed. */
  renew: planned('kept')
    .input(onePlan)
    .mutation(async ({ ctx, input }) => {
      const { desk, caller, standing } = ctx
      const { plan: former, request } = desk.plans.renewable(caller.actor, input.id)
      const plan = await makePlan(desk.engine, request)
      await refusePlanBeyond(desk.engine, standing, plan)
      const { changes, gone } = comparePlans(former, plan)
      return {
        plan: shownPlan(desk.plans.renew(caller.actor, input.id, plan), input.all),
        changes: changes.slice(0, ROWS_SHOWN_MAX),
        gone: gone.slice(0, ROWS_SHOWN_MAX),
      }
    }),
  /** Executes a plan, once, and answers with its receipt. The act can be read under the plan's id from the first moment. `soon`: the kill of one process waits (CANCEL1). */
  execute: plannedAct()
    .input(
      z.strictObject({
        ...shown,
        id: idText,
        reason: reason.default(''),
        breaksGlass: z.boolean().default(false),
        soon: z.boolean().default(false),
      }),
    )
    .mutation(async ({ ctx, input: { id, all, reason, breaksGlass, soon } }) => {
      if (breaksGlass) refuseScript(ctx.standing, 'break-glass')
      const plan = ctx.desk.plans.find(id)
      // Its processes may be elsewhere than they were when it was made.
      if (plan !== undefined) await refusePlanBeyond(ctx.desk.engine, ctx.standing, plan)
      return shownAct(await executePlan(ctx.desk, id, byCaller(ctx.caller, reason), { breaksGlass, soon }), all)
    }),
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
      return { verb: 'kill', ...chosenOf(input) }
    case 'delete':
      return { verb: 'delete', module: moduleName(input.module) }
    case 'rollback':
      return { verb: 'rollback', module: moduleName(input.module), number: input.number }
    case 'restart-scheduler':
      return { verb: 'restart-scheduler', scheduler: input.scheduler }
    case 'exit':
      return { verb: 'exit', exitReason: input.exitReason, ...chosenOf(input) }
    case 'move':
      return { verb: 'move', targets: targetsOf(input.targets), to: input.to, rate: input.rate }
    case 'suspend':
    case 'resume':
    case 'upgrade':
      return { verb: input.verb, targets: targetsOf(input.targets) }
    case 'load':
      return { verb: 'load', ...loadRequest(input) }
  }
}

function targetsOf(input: z.infer<typeof targets>): Targets | Matching {
  return 'generation' in input ? { module: moduleName(input.module), generation: input.generation } : chosenOf(input)
}

function chosenOf(input: {
  readonly pids?: readonly string[] | undefined
  readonly matching?: z.infer<typeof matching> | undefined
}): Chosen {
  return input.matching === undefined ? { pids: pids(input.pids ?? []) } : { matching: processFilter(input.matching) }
}
