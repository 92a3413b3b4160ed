import type { Engine, Plan } from '@strata/runtime'
import type { PlanRequest } from './plan-request.ts'

/** Has the engine preview an act. Changes nothing. */
export function makePlan(engine: Engine, request: PlanRequest): Promise<Plan> {
  switch (request.verb) {
    case 'purge':
      return engine.planPurge(request.module, request.generation)
    case 'kill':
      return engine.planKill(request.pids)
    case 'delete':
      return engine.planDelete(request.module)
    case 'rollback':
      return engine.planRollback(request.module, request.number)
    case 'restart-scheduler':
      return engine.planRestart(request.scheduler)
    case 'upgrade':
      return engine.planUpgrade(request.targets)
    case 'load':
      return engine.planLoad(loadRequestOf(request))
  }
}

export function loadRequestOf(request: Extract<PlanRequest, { verb: 'load' }>) {
  const { verb: _, ...load } = request
  return load
}
