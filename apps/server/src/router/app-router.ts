import { router } from '../trpc.ts'
import { activityRouter } from './activity.ts'
import { actsRouter } from './acts.ts'
import { approvalsRouter } from './approvals.ts'
import { settingsRouter } from './settings.ts'
import { crashesRouter } from './crashes.ts'
import { liveRouter } from './live.ts'
import { metricsRouter } from './metrics.ts'
import { modulesRouter } from './modules.ts'
import { peopleRouter } from './people.ts'
import { plansRouter } from './plans.ts'
import { processesRouter } from './processes.ts'
import { schedulersRouter } from './schedulers.ts'
import { sessionRouter } from './session.ts'
import { storeRouter } from './store.ts'
import { supervisorsRouter } from './supervisors.ts'
import { systemRouter } from './system.ts'
import { tokensRouter } from './tokens.ts'
import { tracesRouter } from './traces.ts'

/** Every call that the server answers, by noun. */
export const appRouter = router({
  session: sessionRouter,
  system: systemRouter,
  modules: modulesRouter,
  processes: processesRouter,
  traces: tracesRouter,
  plans: plansRouter,
  acts: actsRouter,
  activity: activityRouter,
  metrics: metricsRouter,
  crashes: crashesRouter,
  schedulers: schedulersRouter,
  supervisors: supervisorsRouter,
  store: storeRouter,
  approvals: approvalsRouter,
  settings: settingsRouter,
  people: peopleRouter,
  tokens: tokensRouter,
  live: liveRouter,
})

export type AppRouter = typeof appRouter
