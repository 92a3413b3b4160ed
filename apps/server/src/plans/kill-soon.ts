import { type By, type Clock, type Engine, EngineError, type KillPlan, type Pid } from '@strata/runtime'
import type { People } from '../auth/people.ts'
import type { RunningMoves } from '../acts/running-moves.ts'
import type { ActRegistry, ActView } from '../acts/act-registry.ts'
import { CANCEL_WINDOW_MS, type DelayedActs } from '../acts/delayed-acts.ts'
import type { WordsDesk } from '../acts/last-words.ts'
import type { RunningActs } from '../acts/running-acts.ts'
import { RefusedError } from '../fault.ts'
import { carryOut } from './carry-out.ts'
import { decideConsent } from './execute-plan.ts'
import type { Settings } from '../settings/settings.ts'
import type { PlanRegistry } from './plan-registry.ts'

interface Desk {
  readonly engine: Engine
  readonly clock: Clock
  readonly crashes: WordsDesk['crashes']
  readonly plans: PlanRegistry
  readonly people: People
  readonly settings: Settings
  readonly acts: ActRegistry
  readonly moves: RunningMoves
  readonly delays: DelayedActs
  readonly running: RunningActs
  settled(): Promise<void>
  /** Of an act that nobody waits for. */
  reportBug(error: unknown): void
}

/** CANCEL1: the kill of one process, which can be taken back for some seconds. Answers at once. */
export async function killSoon(desk: Desk, pid: Pid, by: By): Promise<ActView> {
  const plan = await planKillOf(desk.engine, pid)
  const { id } = desk.plans.add(by.actor, { verb: 'kill', pids: [pid] }, plan)
  decideConsent(desk, id, by, false)
  const taken = desk.plans.take(by.actor, id)
  const act = desk.acts.begin(taken.view, by, { startsAt: desk.clock.now() + CANCEL_WINDOW_MS, title: `kill ${pid}` })
  desk.delays.wait(id, CANCEL_WINDOW_MS, () => {
    desk.acts.start(id)
    desk.running
      .during(AbortSignal.abort(), () => carryOut(desk, taken, by, pid))
      .catch((error: unknown) => {
        // A refusal stands in the act.
        if (!(error instanceof EngineError) && !(error instanceof RefusedError)) desk.reportBug(error)
      })
  })
  return act
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
