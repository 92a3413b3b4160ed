import {
  type By,
  type Clock,
  type Engine,
  EngineError,
  type Fault,
  type KillPlan,
  type Pid,
  type Plan,
  type RollbackPlan,
  type UpgradeOutcome,
  type UpgradePlan,
} from '@strata/runtime'
import type { ActRegistry, ActView } from '../acts/act-registry.ts'
import { CANCEL_WINDOW_MS, type DelayedActs } from '../acts/delayed-acts.ts'
import { askLastWords } from '../acts/last-words.ts'
import type { ActOutcome, RollbackOutcome } from '../acts/receipt.ts'
import type { ActivityLog } from '../activity/activity-log.ts'
import type { GlassBreaks } from '../approvals/glass-breaks.ts'
import { decideSecondPerson, type SecondPersonDecision } from '../approvals/second-person.ts'
import type { People } from '../auth/people.ts'
import { personOf } from '../auth/person-of.ts'
import { includesRole } from '../auth/role.ts'
import { PLAN_ROLES } from '../auth/rule.ts'
import type { RunningActs } from '../acts/running-acts.ts'
import { RefusedError } from '../fault.ts'
import { loadRequestOf, makePlan } from './make-plan.ts'
import { planModules } from './plan-modules.ts'
import { shownPlan } from './plan-counts.ts'
import type { PlanRegistry, PlanView } from './plan-registry.ts'
import type { Settings } from '../settings/settings.ts'
import type { PlanRequest } from './plan-request.ts'

interface Desk {
  readonly engine: Engine
  readonly clock: Clock
  readonly plans: PlanRegistry
  readonly acts: ActRegistry
  readonly settings: Settings
  readonly glassBreaks: GlassBreaks
  readonly people: People
  readonly activity: ActivityLog
  readonly delays: DelayedActs
  readonly running: RunningActs
  /** Everything written so far is durable. */
  settled(): Promise<void>
  /** Of an act that nobody waits for. */
  reportBug(error: unknown): void
}

/** An upgrade of more goes in parts, so that it can be stopped: so many at a time, and never more than 20 parts. */
const PART_MIN = 100
const PARTS_MAX = 20

type Taken = ReturnType<PlanRegistry['take']>

/**
 * Executes a plan of this actor, once, under an act of the same id. When the plan's state no longer holds, it touches nobody and
 * refuses with `changed_meanwhile`, the difference and a new plan. With `verb`, a plan of another verb is no plan here.
 */
export async function executePlan(
  desk: Desk,
  id: string,
  by: By,
  { verb, breaksGlass = false }: { readonly verb?: Plan['verb']; readonly breaksGlass?: boolean } = {},
): Promise<ActView> {
  const consent = decideConsent(desk, id, by, breaksGlass)
  const taken = desk.plans.take(by.actor, id, verb)
  const { plan } = taken
  const { title } = desk.acts.begin(taken.view, by)
  if (consent.status === 'break_glass') {
    const modules = planModules(plan)
    desk.glassBreaks.add({ act: id, title, modules, actor: by.actor, reason: by.reason })
    desk.activity.add({ type: 'glass_broken', actor: by.actor, act: id, verb: plan.verb, modules, reason: by.reason })
  }
  return carryOut(desk, taken, by)
}

/** CANCEL1: the kill of one process, which can be taken back for some seconds. Answers at once. */
export async function killSoon(desk: Desk, pid: Pid, by: By): Promise<ActView> {
  const plan = await planKillOf(desk.engine, pid)
  const { id } = desk.plans.add(by.actor, { verb: 'kill', pids: [pid] }, plan)
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

/** `alone`: that process is ended wherever it is, and whoever falls with it falls. */
async function carryOut(desk: Desk, { plan, request, view: { id } }: Taken, by: By, alone?: Pid): Promise<ActView> {
  try {
    // After a crash the act is there, as interrupted, whatever the engine did of it.
    await desk.settled()
    const lastWords = await askLastWords(desk.engine, desk.clock, plan)
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

/** Refuses with `approval_required` what a second person has not approved. Who breaks the glass has to say why. */
function decideConsent(desk: Desk, id: string, by: By, breaksGlass: boolean): SecondPersonDecision {
  const { request, approval } = desk.plans.consent(by.actor, id)
  const isStillFit = (approver: string) => {
    const person = desk.people.find(personOf(approver))
    return person !== undefined && person.disabledAt === null && includesRole(person.role, PLAN_ROLES[request.verb])
  }
  const decided = decideSecondPerson({ isAsked: desk.settings.values.secondPerson, request, approval, isStillFit, breaksGlass })
  if (decided.status === 'wait') throw new RefusedError({ code: 'approval_required', plan: id, asked: decided.asked })
  if (decided.status === 'break_glass' && by.reason.trim() === '')
    throw new RefusedError({ code: 'invalid_input', issues: [{ path: ['reason'], message: 'say why it cannot wait for a second person' }] })
  return decided
}

/** Something may have been done although the act was not answered. */
function isUnknown(fault: Fault): boolean {
  return fault.code === 'runtime_down' || (fault.code === 'not_durable' && fault.done)
}

async function perform({ engine, acts }: Desk, id: string, plan: Plan, request: PlanRequest, by: By): Promise<ActOutcome> {
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
async function replan(desk: Desk, actor: string, request: PlanRequest): Promise<PlanView | null> {
  try {
    return shownPlan(desk.plans.add(actor, request, await makePlan(desk.engine, request)))
  } catch (error) {
    if (error instanceof EngineError || error instanceof RefusedError) return null
    throw error
  }
}
