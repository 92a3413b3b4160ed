import {
  type By,
  type Clock,
  type Engine,
  EngineError,
  type Fault,
  type MovePlan,
  type Pid,
  type Plan,
  type RollbackPlan,
  type UpgradeOutcome,
  type UpgradePlan,
} from '@strata/runtime'
import type { ActRegistry, ActView } from '../acts/act-registry.ts'
import type { RunningMoves } from '../acts/running-moves.ts'
import { askLastWords, type WordsDesk } from '../acts/last-words.ts'
import type { ActOutcome, RollbackOutcome } from '../acts/receipt.ts'
import { RefusedError } from '../fault.ts'
import { loadRequestOf, makePlan } from './make-plan.ts'
import { shownPlan } from './plan-counts.ts'
import type { PlanRegistry, PlanView } from './plan-registry.ts'
import type { PlanRequest } from './plan-request.ts'

/** What carrying out a plan needs of the server. */
export interface CarryOutDesk {
  readonly engine: Engine
  readonly clock: Clock
  readonly crashes: WordsDesk['crashes']
  readonly plans: PlanRegistry
  readonly acts: ActRegistry
  readonly moves: RunningMoves
  /** Everything written so far is durable. */
  settled(): Promise<void>
}

/** An upgrade of more goes in parts, so that it can be stopped: so many at a time, and never more than 20 parts. */
const PART_MIN = 100
const PARTS_MAX = 20

export type TakenPlan = ReturnType<PlanRegistry['take']>

/** Does what a plan that was taken says, under its act; a move goes on after it has begun. `alone`: that process is ended wherever it is, and whoever falls with it falls. */
export async function carryOut(desk: CarryOutDesk, { plan, request, view: { id } }: TakenPlan, by: By, alone?: Pid): Promise<ActView> {
  try {
    // After a crash the act is there, as interrupted, whatever the engine did of it.
    await desk.settled()
    if (plan.verb === 'move') {
      await desk.moves.begin(id, plan, request.verb === 'move' ? request.rate : undefined, by)
      return await desk.acts.get(id)
    }
    const lastWords = await askLastWords(desk, plan, by)
    const outcome = alone === undefined ? await perform(desk, id, plan, request, by) : await killOne(desk.engine, alone, by)
    return desk.acts.finish(id, outcome, lastWords)
  } catch (error) {
    if (!(error instanceof EngineError)) {
      desk.acts.fail(id, 'interrupted', { code: 'internal', id })
      throw error
    }
    if (error.fault.code === 'changed_meanwhile') {
      const fault = { code: 'changed_meanwhile', changes: error.fault.changes, plan: await replan(desk, by.actor, request) } as const
      desk.acts.fail(id, 'refused', fault)
      throw new RefusedError(fault)
    }
    desk.acts.fail(id, isUnknown(error.fault) ? 'interrupted' : 'refused', error.fault)
    throw error
  }
}

/** Something may have been done although the act was not answered. */
function isUnknown(fault: Fault): boolean {
  return fault.code === 'runtime_down' || (fault.code === 'not_durable' && fault.done)
}

async function perform(
  { engine, acts }: CarryOutDesk,
  id: string,
  plan: Exclude<Plan, MovePlan>,
  request: PlanRequest,
  by: By,
): Promise<ActOutcome> {
  switch (plan.verb) {
    case 'purge':
      return { verb: 'purge', ...(await engine.purge(plan, by)) }
    case 'kill':
      return { verb: 'kill', ...(await engine.killAll(plan, by)) }
    case 'exit':
      return { verb: 'exit', outcomes: await engine.exitAll(plan, by) }
    case 'suspend':
      return { verb: 'suspend', outcomes: await engine.suspendAll(plan, by) }
    case 'resume':
      return { verb: 'resume', outcomes: await engine.resumeAll(plan, by) }
    case 'delete':
      return { verb: 'delete', ...(await engine.delete(plan, by)) }
    case 'rollback':
      return { verb: 'rollback', ...(await rollBack(engine, plan, by)) }
    case 'upgrade':
      return upgradeInParts(engine, plan, by, (outcomes) => acts.progress(id, { verb: 'upgrade', outcomes }))
    case 'restart-scheduler':
      return { verb: 'restart-scheduler', ...(await engine.restartScheduler(plan, by)) }
    case 'load':
      if (request.verb !== 'load') throw new Error('a load plan was made by another request')
      return { verb: 'load', ...(await engine.load({ ...loadRequestOf(request), plan }, by)) }
  }
}

async function killOne(engine: Engine, pid: Pid, by: By): Promise<ActOutcome> {
  return { verb: 'kill', outcomes: [await engine.kill(pid, by)], alsoEnded: [] }
}

/** CANCEL3: `goOn` is told what was done so far, and says whether the next part begins. */
async function upgradeInParts(
  engine: Engine,
  plan: UpgradePlan,
  by: By,
  goOn: (outcomes: readonly UpgradeOutcome[]) => boolean,
): Promise<ActOutcome> {
  const size = Math.max(PART_MIN, Math.ceil(plan.targets.length / PARTS_MAX))
  const outcomes: UpgradeOutcome[] = []
  const isInParts = plan.targets.length > size
  for (let at = 0; at < plan.targets.length; at += size) {
    if (isInParts && !goOn(outcomes)) break
    outcomes.push(...(await engine.upgrade({ ...plan, targets: plan.targets.slice(at, at + size) }, by)))
  }
  return { verb: 'upgrade', outcomes }
}

async function rollBack(engine: Engine, plan: RollbackPlan, by: By): Promise<RollbackOutcome> {
  const { module, from, how } = plan
  const made = await engine.rollback(plan, by)
  const staying = from === null ? 0 : (await engine.processes({ module, generation: from, limit: 0 })).total
  return { ...made, from, how, staying }
}

/** A plan for the state as it is now, or `null` when there is nothing left to plan. */
async function replan(desk: CarryOutDesk, actor: string, request: PlanRequest): Promise<PlanView | null> {
  try {
    return shownPlan(desk.plans.add(actor, request, await makePlan(desk.engine, request)))
  } catch (error) {
    if (error instanceof EngineError || error instanceof RefusedError) return null
    throw error
  }
}
