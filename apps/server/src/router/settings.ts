import { z } from 'zod'
import { adminPerson, router, viewer } from '../trpc.ts'
import { requiredReason } from './input.ts'

export const settingsRouter = router({
  get: viewer('whoami').query(({ ctx }) => ctx.desk.settings.values),
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
