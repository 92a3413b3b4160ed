import type { UpgradePlan } from '../../code/plans.ts'
import type { Targets, UpgradeOutcome } from '../../engine.ts'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { Pid } from '../../ids.ts'
import type { Victim } from '../../inspect/views.ts'
import { askOwn } from '../fleet/fleet.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'
import type { SchedulerVerbs, Whereabouts } from '../protocol.ts'
import { VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import { modulesOf } from './kills.ts'
import { findTargets } from './suspension.ts'

/** How long an asked process has to leave its generation before it counts as `not_yet`. */
const MOVE_WAIT_MS = 2_000
const MOVE_LOOK_MS = 50

export async function planUpgrade(parts: RuntimeParts, targets: Targets): Promise<UpgradePlan> {
  const found = await findTargets(parts, targets)
  const planned = found.map((victim) => ({ ...victim, can: canMove(parts, victim) }))
  const modules = [...new Set(planned.flatMap(({ module }) => (module === null ? [] : [module])))]
  if (planned.length > 0 && planned.every(({ can }) => !can)) {
    const stuck = planned.flatMap(({ module, generation }) =>
      module === null || generation === null ? [] : [{ module, number: generation }],
    )
    refuse({ code: 'no_upgrade', targets: stuck.slice(0, 20) })
  }
  return {
    verb: 'upgrade',
    targets: planned,
    to: modules.flatMap((module) => {
      const number = parts.code.current(module)?.number
      return number === undefined ? [] : [{ module, number }]
    }),
  }
}

/** UPG1: tells how each target answered its module's `upgrade` message. */
export async function upgrade(parts: RuntimeParts, plan: UpgradePlan, by: By): Promise<UpgradeOutcome[]> {
  const all = await askToMove(
    parts,
    plan.targets.map(({ can, ...target }) => (can ? target : { ...target, module: null })),
  )
  const pidsWith = (status: UpgradeOutcome['status']): Pid[] => all.filter((entry) => entry.status === status).map(({ pid }) => pid)
  parts.emit({
    type: 'upgraded',
    moved: pidsWith('moved'),
    notYet: pidsWith('not_yet'),
    ended: pidsWith('ended'),
    refused: pidsWith('refused'),
    modules: modulesOf(plan.targets),
    by,
  })
  return all
}

/** Sends each its generation's `upgrade` message, then tells where it is: moved, not yet, ended, or refused because it knows no such message. */
export async function askToMove(
  parts: RuntimeParts,
  targets: readonly Pick<Victim, 'pid' | 'module' | 'generation'>[],
): Promise<UpgradeOutcome[]> {
  const links = parts.fleet.links()
  const from = new Map(targets.map((target) => [target.pid, target]))
  const pids = targets.filter(({ module }) => module !== null).map(({ pid }) => pid)
  const asked = new Map((await askOwners(links, 'askUpgrade', pids)).map(({ pid, status }) => [pid, status]))
  const waiting = new Set(pids.filter((pid) => asked.get(pid) === 'asked'))
  const outcomes = new Map<Pid, UpgradeOutcome>()
  for (const { pid, generation } of targets) {
    if (asked.get(pid) === 'ended') outcomes.set(pid, { pid, status: 'ended', generation: null })
    else if (!waiting.has(pid)) outcomes.set(pid, { pid, status: 'refused', generation })
  }
  const deadline = parts.clock.monotonicMs() + MOVE_WAIT_MS
  while (waiting.size > 0) {
    for (const where of await askOwners(links, 'whereabouts', [...waiting])) {
      const start = from.get(where.pid)
      const settled = start === undefined ? undefined : settle(where, start)
      if (settled === undefined) continue
      outcomes.set(where.pid, settled)
      waiting.delete(where.pid)
    }
    if (waiting.size === 0 || parts.clock.monotonicMs() >= deadline) break
    await new Promise<void>((resolve) => parts.clock.schedule(MOVE_LOOK_MS, resolve))
  }
  for (const pid of waiting) outcomes.set(pid, { pid, status: 'not_yet', generation: from.get(pid)?.generation ?? null })
  return targets.flatMap(({ pid }) => outcomes.get(pid) ?? [])
}

function settle(where: Whereabouts, start: { module: string | null; generation: number | null }): UpgradeOutcome | undefined {
  if (!where.alive) return { pid: where.pid, status: 'ended', generation: null }
  const holds = where.pins.some(({ module, number }) => module === start.module && number === start.generation)
  return holds ? undefined : { pid: where.pid, status: 'moved', generation: where.generation }
}

function canMove(parts: RuntimeParts, { module, generation }: { module: string | null; generation: number | null }): boolean {
  if (module === null || generation === null) return false
  const current = parts.code.current(module)
  return current !== undefined && current.number !== generation && parts.code.get(module, generation).exports.includes('upgrade')
}

/** Asks each scheduler about its own of these processes. */
async function askOwners<V extends 'askUpgrade' | 'whereabouts'>(
  links: readonly SchedulerLink[],
  verb: V,
  pids: readonly Pid[],
): Promise<SchedulerVerbs[V]['answer'][number][]> {
  const answers = await askOwn(links, verb, pids, (own): SchedulerVerbs[V]['ask'] => ({ pids: own }), VIEW_WAIT_MS)
  return answers.flatMap(({ answer }) => [...answer]) as SchedulerVerbs[V]['answer'][number][]
}
