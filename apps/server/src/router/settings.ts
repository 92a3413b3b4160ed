import { z } from 'zod'
import { refuseCall } from '../fault.ts'
import { LIMIT_NAMES, type LimitName, LIMITED_MODULES_MAX } from '../settings/limits.ts'
import { admin, adminPerson, router, viewer } from '../trpc.ts'
import { moduleName, nameText, requiredReason } from './input.ts'

/** `null` takes a limit back. */
const limit = z
  .int()
  .min(1)
  .max(365 * 24 * 60 * 60_000)
  .nullable()
const wantedLimits = z.strictObject(
  Object.fromEntries(LIMIT_NAMES.map((name) => [name, limit.optional()])) as Record<LimitName, z.ZodOptional<typeof limit>>,
)

export const settingsRouter = router({
  get: viewer('whoami').query(({ ctx }) => ctx.desk.settings.values),
  /** From where on something wants a person, for all modules and for those that differ. */
  limits: viewer('limits').query(({ ctx }) => ctx.desk.limits.view()),
  setLimits: admin('set-limits')
    .input(z.strictObject({ module: nameText.nullable().default(null), limits: wantedLimits, reason: requiredReason }))
    .mutation(({ ctx: { desk, caller }, input: { module, limits, reason } }) => {
      const name = module === null ? null : moduleName(module)
      if (name !== null && desk.limits.isFull(name)) return refuseCall({ code: 'too_many_limits', limit: LIMITED_MODULES_MAX })
      const changes = desk.limits.set(name, limits)
      if (changes.length > 0)
        desk.activity.add({ type: 'limits_changed', actor: caller.actor, reason, modules: name === null ? [] : [name], changes })
      return desk.limits.view()
    }),
  /** Whether a purge by force takes somebody else's approval. */
  setSecondPerson: adminPerson('settings')
    .input(z.strictObject({ on: z.boolean(), reason: requiredReason }))
    .mutation(({ ctx: { desk, caller }, input: { on, reason } }) => {
      const was = desk.settings.values.secondPerson
      desk.settings.setSecondPerson(on)
      if (was !== on) desk.activity.add({ type: 'setting_changed', actor: caller.actor, setting: 'second-person', was, is: on, reason })
      return desk.settings.values
    }),
})
