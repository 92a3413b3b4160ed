import type { By, Pid, Plan } from '@strata/runtime'
import { isAimedAt } from '@strata/runtime/vocabulary'
import type { ActView } from '../acts/act-registry.ts'
import type { ActivityLog } from '../activity/activity-log.ts'
import type { GlassBreaks } from '../approvals/glass-breaks.ts'
import { decideSecondPerson, type SecondPersonDecision } from '../approvals/second-person.ts'
import type { People } from '../auth/people.ts'
import { personOf } from '../auth/person-of.ts'
import { includesRole } from '../auth/role.ts'
import { PLAN_ROLES } from '../auth/rule.ts'
import { RefusedError } from '../fault.ts'
import { carryOut } from './carry-out.ts'
import { carryOutSoon, type SoonDesk } from './carry-out-soon.ts'
import { planModules } from './plan-modules.ts'
import type { Settings } from '../settings/settings.ts'

interface Desk extends SoonDesk {
  readonly settings: Settings
  readonly glassBreaks: GlassBreaks
  readonly people: People
  readonly activity: ActivityLog
}

/**
 * Executes a plan of this actor, once, under an act of the same id. When the plan's state no longer holds, it touches nobody and
 * refuses with `changed_meanwhile`, the difference and a new plan. With `verb`, a plan of another verb is no plan here. `soon`: it is the kill of one process,
 * and can be taken back for some seconds (CANCEL1).
 */
export async function executePlan(
  desk: Desk,
  id: string,
  asked: By,
  {
    verb,
    breaksGlass = false,
    soon = false,
  }: { readonly verb?: Plan['verb']; readonly breaksGlass?: boolean; readonly soon?: boolean } = {},
): Promise<ActView> {
  const by = { ...asked, plan: id }
  const consent = decideConsent(desk, id, by, breaksGlass)
  const killed = soon ? killedAlone(desk.plans.view(by.actor, id).plan) : null
  const taken = desk.plans.take(by.actor, id, verb)
  const { plan } = taken
  if (killed !== null) return carryOutSoon(desk, taken, by, killed)
  const { title } = desk.acts.begin(taken.view, by)
  if (consent.status === 'break_glass') {
    const modules = planModules(plan)
    desk.glassBreaks.add({ act: id, title, modules, actor: by.actor, reason: by.reason })
    desk.activity.add({ type: 'glass_broken', actor: by.actor, act: id, verb: plan.verb, modules, reason: by.reason })
  }
  return carryOut(desk, taken, by)
}

/** The one process that the plan kills, whoever falls with it. */
function killedAlone(plan: Plan): Pid {
  const [one, ...others] = plan.verb === 'kill' ? plan.victims.filter(({ because }) => isAimedAt(because)) : []
  if (one === undefined || others.length > 0)
    throw new RefusedError({ code: 'invalid_input', issues: [{ path: ['soon'], message: 'only the kill of one process waits' }] })
  return one.pid
}

/** Refuses with `approval_required` what a second person has not approved. Who breaks the glass has to say why. */
export function decideConsent(
  desk: Pick<Desk, 'plans' | 'people' | 'settings'>,
  id: string,
  by: By,
  breaksGlass: boolean,
): SecondPersonDecision {
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
