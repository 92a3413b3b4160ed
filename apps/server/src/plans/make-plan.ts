import { type Engine, EngineError, type Pid, type Plan, type Targets } from '@strata/runtime'
import type { Matching, PlanRequest } from './plan-request.ts'

/** Has the engine preview an act. Changes nothing. */
export async function makePlan(engine: Engine, request: PlanRequest): Promise<Plan> {
  switch (request.verb) {
    case 'purge':
      return engine.planPurge(request.module, request.generation)
    case 'kill':
      return engine.planKill('matching' in request ? await matching(engine, request) : request.pids)
    case 'exit':
      return engine.planExit('matching' in request ? await matching(engine, request) : request.pids, request.exitReason)
    case 'suspend':
      return engine.planSuspend(await targetsOf(engine, request.targets))
    case 'resume':
      return engine.planResume(await targetsOf(engine, request.targets))
    case 'move':
      return engine.planMove(await targetsOf(engine, request.targets), request.to)
    case 'delete':
      return engine.planDelete(request.module)
    case 'rollback':
      return engine.planRollback(request.module, request.number)
    case 'restart-scheduler':
      return engine.planRestart(request.scheduler)
    case 'upgrade':
      return engine.planUpgrade(await targetsOf(engine, request.targets))
    case 'load':
      return engine.planLoad(loadRequestOf(request))
  }
}

async function targetsOf(engine: Engine, targets: Targets | Matching): Promise<Targets> {
  return 'matching' in targets ? { pids: await matching(engine, targets) } : targets
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
