import { procedure, router } from '../trpc.ts'

export const schedulersRouter = router({
  list: procedure.query(({ ctx }) => ctx.desk.engine.schedulers()),
})
