import { type By, type Engine, EngineError, type KillPlan, type Pid } from '@strata/runtime'
import type { People } from '../auth/people.ts'
import type { ActView } from '../acts/act-registry.ts'
import type { Settings } from '../settings/settings.ts'
import { carryOutSoon, type SoonDesk } from './carry-out-soon.ts'
import { decideConsent } from './execute-plan.ts'

interface Desk extends SoonDesk {
  readonly people: People
  readonly settings: Settings
}

/** CANCEL1: the kill of one process wherever it is, without a plan that was looked at. */
export async function killSoon(desk: Desk, pid: Pid, by: By): Promise<ActView> {
  const plan = await planKillOf(desk.engine, pid)
  const { id } = desk.plans.add(by.actor, { verb: 'kill', pids: [pid] }, plan)
  decideConsent(desk, id, by, false)
  return carryOutSoon(desk, desk.plans.take(by.actor, id), by, pid, pid)
}

/** Whom the kill would touch; nobody is named where the scheduler is held and cannot say, and the kill works all the same (KILL1). */
async function planKillOf(engine: Engine, pid: Pid): Promise<KillPlan> {
  try {
    return await engine.planKill([pid])
  } catch (error) {
    if (error instanceof EngineError && error.fault.code === 'scheduler_held') return { verb: 'kill', victims: [] }
    throw error
  }
}
