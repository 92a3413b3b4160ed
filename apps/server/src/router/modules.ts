import { z } from 'zod'
import { refuseScript } from '../auth/check-rule.ts'
import { refuseCall } from '../fault.ts'
import { executePlan } from '../plans/execute-plan.ts'
import { byCaller, deployer, look, operator, router, viewer } from '../trpc.ts'
import {
  expectedCurrent,
  idText,
  instant,
  moduleName,
  nameText,
  number,
  oldPolicy,
  reason,
  requiredReason,
  sourceFiles,
  sources,
} from './input.ts'

const oneModule = z.strictObject({ module: nameText })

/** Longer pages are refused by the engine, with the limit's name. */
const page = { offset: z.int().min(0).max(1_000_000_000).default(0), limit: z.int().min(0).max(1_000_000_000).default(500) }

export const loadInput = z.strictObject({
  sources,
  old: oldPolicy,
  note: z.string().max(2_000).default(''),
  expectedCurrent: expectedCurrent.optional(),
  again: z.boolean().optional(),
  late: z.boolean().optional(),
})

/** The engine's request of an input, without keys that are absent. */
export function loadRequest(input: z.infer<typeof loadInput>) {
  return {
    sources: sourceFiles(input.sources),
    old: input.old,
    note: input.note,
    ...(input.expectedCurrent === undefined ? {} : { expectedCurrent: input.expectedCurrent }),
    ...(input.again === undefined ? {} : { again: input.again }),
    ...(input.late === undefined ? {} : { late: input.late }),
  }
}

export const modulesRouter = router({
  list: viewer('modules').query(({ ctx }) => ctx.desk.engine.modules()),
  generations: viewer('generations')
    .input(oneModule)
    .query(({ ctx, input }) => ctx.desk.engine.generations(moduleName(input.module))),
  pins: viewer('pins')
    .input(z.strictObject({ module: nameText, generation: number.optional() }))
    .query(({ ctx, input }) => ctx.desk.engine.pins(moduleName(input.module), input.generation)),
  source: look('operator', 'source')
    .input(z.strictObject({ module: nameText, number }))
    .query(({ ctx, input }) => ctx.desk.engine.source(moduleName(input.module), input.number)),
  /** Files of packages with which a generation was loaded, a page of them. */
  manifest: viewer('manifest')
    .input(z.strictObject({ module: nameText, number, ...page }))
    .query(({ ctx, input: { module, number, offset, limit } }) => ctx.desk.engine.manifest(moduleName(module), number, { offset, limit })),
  compareManifests: viewer('manifest')
    .input(z.strictObject({ module: nameText, from: number, to: number, ...page }))
    .query(({ ctx, input: { module, from, to, offset, limit } }) =>
      ctx.desk.engine.compareManifests(moduleName(module), from, to, { offset, limit }),
    ),
  /** Files of the system's folder that can be loaded. */
  candidates: viewer('modules').query(({ ctx }) => ctx.desk.engine.candidates()),
  candidate: look('operator', 'source')
    .input(z.strictObject({ path: z.string().min(1).max(1_000) }))
    .query(async ({ ctx, input }) => {
      const file = await ctx.desk.engine.candidate(input.path)
      ctx.noteRead(file.module)
      return file
    }),
  /** Compiles and says what each policy would do right now. Changes nothing. */
  check: look('deployer', 'load')
    .input(z.strictObject({ sources }))
    .mutation(({ ctx, input }) => ctx.desk.engine.check(sourceFiles(input.sources))),
  /** Under policy `purge` only with the plan that was shown. */
  load: deployer('load')
    .input(loadInput.extend({ planId: idText.optional(), breaksGlass: z.boolean().default(false) }))
    .mutation(async ({ ctx, input }) => {
      const by = byCaller(ctx.caller, input.note)
      if (input.planId === undefined) {
        if (input.old === 'purge') return refuseCall({ code: 'plan_required', verb: 'load' })
        return ctx.desk.engine.load(loadRequest(input), by)
      }
      if (input.breaksGlass) refuseScript(ctx.standing, 'break-glass')
      const { outcome } = await executePlan(ctx.desk, input.planId, by, { verb: 'load', breaksGlass: input.breaksGlass })
      if (outcome?.verb !== 'load') throw new Error('a load plan answered as another verb')
      const { verb: _, ...loaded } = outcome
      return loaded
    }),
  softPurge: operator('soft-purge')
    .input(z.strictObject({ module: nameText, generation: number.optional(), reason: reason.optional() }))
    .mutation(({ ctx, input }) =>
      ctx.desk.engine.softPurge(moduleName(input.module), input.generation, byCaller(ctx.caller, input.reason)),
    ),
  /** Who keeps code of a purged generation in memory. Takes a heap snapshot, for which the scheduler stands still. */
  retainers: operator('retainers')
    .input(z.strictObject({ module: nameText, number, reason: reason.default('') }))
    .mutation(({ ctx, input: { module, number, reason } }) =>
      ctx.desk.engine.retainers(moduleName(module), number, byCaller(ctx.caller, reason)),
    ),
  /** Refuses loads, rollbacks and deletes by others until then; `null`: until it is released. */
  hold: deployer('hold')
    .input(z.strictObject({ module: nameText, until: instant.nullable().default(null), reason: requiredReason }))
    .mutation(async ({ ctx, input: { module, until, reason } }) => {
      await ctx.desk.engine.hold(moduleName(module), until, byCaller(ctx.caller, reason))
      return { status: 'held' as const, module, until }
    }),
  release: deployer('release')
    .input(z.strictObject({ module: nameText, reason: reason.default('') }))
    .mutation(async ({ ctx, input: { module, reason } }) => {
      await ctx.desk.engine.release(moduleName(module), byCaller(ctx.caller, reason))
      return { status: 'released' as const, module }
    }),
  mark: deployer('mark')
    .input(z.strictObject({ module: nameText, number, kind: z.enum(['bad', 'keep']), on: z.boolean(), reason: requiredReason }))
    .mutation(async ({ ctx, input: { module, number, kind, on, reason } }) => {
      await ctx.desk.engine.mark(moduleName(module), number, kind, on, byCaller(ctx.caller, reason))
      return { status: on ? ('marked' as const) : ('unmarked' as const), module, number, kind }
    }),
})
