import { type Engine, EngineError, type Pid, type Plan, parsePid } from '@strata/runtime'
import type { ActRegistry } from '../acts/act-registry.ts'
import { refuseCall } from '../fault.ts'
import { planModules } from '../plans/plan-modules.ts'
import type { PlanRegistry } from '../plans/plan-registry.ts'
import type { Access } from './access.ts'
import { type AccessRefusal, decideAccess, decideModules, type Standing } from './decide-access.ts'
import { namedTargets } from './named-targets.ts'
import type { Role } from './role.ts'
import { isPlanVerb, PLAN_ROLES, type Rule } from './rule.ts'

interface Desk {
  readonly engine: Engine
  readonly plans: PlanRegistry
  readonly acts: ActRegistry
  readonly access: Access
}

/** Why a caller may not make a call by its rule, or `null`. `readInput` gives the input as it came. */
export async function checkRule(
  desk: Desk,
  rule: Rule,
  standing: Standing,
  readInput: () => Promise<unknown>,
): Promise<AccessRefusal | null> {
  const who = (role: Role) => desk.access.who(role)
  if (rule.plan === null) {
    const refusal = decideAccess(rule, standing, who)
    if (refusal !== null || rule.access === 'viewer' || standing.modules === null) return refusal
    return decideModules(standing, await modulesOf(desk.engine, await readInput()))
  }
  const input = await readInput()
  const id = rule.plan === 'kept' ? textOf(input, 'id') : undefined
  // An act may run for longer than its plan is kept.
  const kept = id === undefined ? undefined : (desk.plans.find(id) ?? desk.acts.planOf(id))
  const verb = rule.plan === 'kept' ? kept?.verb : textOf(input, 'verb')
  // What is no plan is refused by the call itself, which says so.
  const refusal = decideAccess(isPlanVerb(verb) ? { ...rule, access: PLAN_ROLES[verb], verb } : rule, standing, who)
  return refusal ?? (kept === undefined ? null : decideModules(standing, planModules(kept)))
}

/** Refuses a plan that turned out to touch modules beyond those that a token is narrowed to: its own, and those that its processes are in or pin. */
export async function refusePlanBeyond(engine: Engine, standing: Standing, plan: Plan): Promise<void> {
  if (standing.modules === null) return
  const ofPids = await Promise.all(touchedPids(plan).map((pid) => modulesOfPid(engine, pid)))
  const refusal = decideModules(standing, [...new Set([...planModules(plan), ...ofPids.flat()])])
  if (refusal !== null) refuseCall(refusal)
}

/** Whoever a plan ends, moves or suspends, also as what follows from it. */
function touchedPids(plan: Plan): readonly Pid[] {
  const touched = ('victims' in plan ? plan.victims : 'targets' in plan ? plan.targets : undefined) ?? []
  const givingUp = ('follows' in plan ? plan.follows?.givingUp : undefined) ?? []
  return [...touched.map(({ pid }) => pid), ...givingUp.flatMap(({ pid, falls }) => [pid, ...falls])]
}

/** Refuses a token what takes a person. */
export function refuseScript(standing: Standing, verb: string): void {
  if (standing.isScript) refuseCall({ code: 'forbidden', why: 'person_only', verb })
}

function textOf(input: unknown, key: string): string | undefined {
  const value = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>)[key] : undefined
  return typeof value === 'string' ? value : undefined
}

/** Modules that an input names, and those that its processes, and those of its message trace, are in or pin. */
async function modulesOf(engine: Engine, input: unknown): Promise<readonly string[]> {
  const { modules, pids } = namedTargets(input)
  const trace = textOf(input, 'trace')
  const traced = trace === undefined ? [] : ((await engine.traces()).find(({ id }) => id === trace)?.pids ?? [])
  const ofPids = await Promise.all([...pids, ...traced].map((pid) => modulesOfPid(engine, pid)))
  return [...new Set([...modules, ...ofPids.flat()])]
}

async function modulesOfPid(engine: Engine, text: string): Promise<readonly string[]> {
  const pid = parsePid(text)
  if (pid === undefined) return []
  try {
    const { module, pins } = await engine.process(pid)
    return [...(module === null ? [] : [module]), ...pins.map((pin) => pin.module)]
  } catch (error) {
    // It has ended, or never was: the call itself says so, as far as anything else it names is allowed.
    if (error instanceof EngineError && error.fault.code === 'unknown_pid') return []
    throw error
  }
}
