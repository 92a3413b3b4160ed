import { router, viewer } from '../trpc.ts'

export const schedulersRouter = router({
  list: viewer('schedulers').query(({ ctx }) => ctx.desk.engine.schedulers()),
})
