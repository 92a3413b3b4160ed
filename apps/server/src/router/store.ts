import { z } from 'zod'
import { refuseCall } from '../fault.ts'
import { backUp } from '../store/backup.ts'
import { StoreFailure } from '../store/store-failure.ts'
import { admin, router } from '../trpc.ts'

export const storeRouter = router({
  /** Copies the store to a new file on the server's machine, read back before it is answered. */
  backup: admin('backup')
    .input(z.strictObject({ path: z.string().min(1).max(4_000) }))
    .mutation(async ({ ctx, input }) => {
      const { desk, caller } = ctx
      try {
        const made = await backUp(desk.store, input.path)
        desk.activity.add({ type: 'backup_made', actor: caller.actor, path: made.path, bytes: made.bytes, head: made.head })
        return made
      } catch (error) {
        if (error instanceof StoreFailure) return refuseCall({ code: 'backup_failed', why: error.message })
        throw error
      }
    }),
})
