import { type Engine, EngineError, type Pid, type Plan } from '@strata/runtime'
import type { Matching, PlanRequest } from './plan-request.ts'

/** Has the engine preview an act. Changes nothing. */
export async function makePlan(engine: Engine, request: PlanRequest): Promise<Plan> {
  switch (request.verb) {
    case 'purge':
      return engine.planPurge(request.module, request.generation)
    case 'kill':
      return engine.planKill('matching' in request ? await matching(engine, request) : request.pids)
    case 'delete':
      return engine.planDelete(request.module)
    case 'rollback':
      return engine.planRollback(request.module, request.number)
    case 'restart-scheduler':
      return engine.planRestart(request.scheduler)
    case 'upgrade':
      return engine.planUpgrade('matching' in request.targets ? { pids: await matching(engine, request.targets) } : request.targets)
    case 'load':
      return engine.planLoad(loadRequestOf(request))
  }
}

/** Refuses with `nothing_to_do` when nobody matches. */
async function matching(engine: Engine, chosen: Matching): Promise<readonly Pid[]> {
  const pids = await engine.matching(chosen.matching)
  if (pids.length === 0) throw new EngineError({ code: 'nothing_to_do', why: 'no process matches' })
  return pids
}

export function loadRequestOf(request: Extract<PlanRequest, { verb: 'load' }>) {
  const { verb: _, ...load } = request
  return load
}
