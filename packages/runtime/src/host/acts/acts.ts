import { isSame } from '../../code/purge-round.ts'
import type { DeletePlan, KillPlan, PurgePlan, UpgradePlan } from '../../code/plans.ts'
import type { PurgeOutcome, Targets, UpgradeOutcome } from '../../engine.ts'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { ModuleGeneration, Pid } from '../../ids.ts'
import type { Victim, PurgeMark } from '../../inspect/views.ts'
import { endPinning, readersOn } from './end-victims.ts'
import { askAll, askOwn } from '../fleet/fleet.ts'
import { gatherVictims } from './gather-victims.ts'
import { modulesOf, refuseChanged } from './kills.ts'
import { publishOn } from '../fleet/publish-on.ts'
import { readLoadState, STAGE_WAIT_MS, VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'
import type { SchedulerVerbs, Whereabouts } from '../protocol.ts'
import { findTargets } from './suspension.ts'

/** How long an asked process has to leave its generation before it counts as `not_yet`. */
const MOVE_WAIT_MS = 2_000
const MOVE_LOOK_MS = 50

export async function planPurge(parts: RuntimeParts, module: string, generation: number | undefined): Promise<PurgePlan> {
  const generations = oldGenerations(parts, module, generation)
  const chosen = generations.map((number) => ({ module, number }))
  await requireUnread(parts, chosen)
  const found = await gatherVictims(parts.fleet.links(), chosen, [], VIEW_WAIT_MS)
  return { verb: 'purge', module, generations, current: parts.code.current(module)?.number ?? null, ...found }
}

/** PLAN1, PIN5: ends exactly the plan's processes, then removes its generations. */
export function purge(parts: RuntimeParts, plan: PurgePlan, by: By): Promise<PurgeOutcome> {
  return parts.exclusive(async () => {
    const { module, generations } = plan
    const current = parts.code.current(module)?.number ?? null
    if (current !== plan.current)
      refuse({ code: 'changed_meanwhile', changes: [{ type: 'current', module, was: plan.current, is: current }] })
    const gone = generations.filter((number) => parts.code.get(module, number).status !== 'old')
    if (gone.length > 0) refuse({ code: 'changed_meanwhile', changes: gone.map((number) => ({ type: 'generation_gone', module, number })) })
    const going = generations.map((number) => ({ module, number }))
    await requireUnread(parts, going)
    const answer = await endPinning(parts, parts.fleet.links(), going, plan.victims, by.reason)
    if (answer.status === 'changed') return refuseChanged(parts, answer, by)
    const { killed, skipped, alsoEnded } = answer
    const mark: PurgeMark = {
      kind: 'forced',
      at: new Date(parts.clock.now()).toISOString(),
      by: by.actor,
      reason: by.reason,
      killed: [...killed, ...alsoEnded],
    }
    for (const number of generations) {
      parts.code.purge({ module, number }, mark)
      parts.remains.purged({ module, number })
    }
    parts.emit({ type: 'purged', module, generations, mark, skipped, alsoEnded, by })
    return { generations, killed, skipped, alsoEnded, pending: [] }
  })
}

export async function planDelete(parts: RuntimeParts, module: string): Promise<DeletePlan> {
  parts.code.history(module)
  const current = parts.code.current(module)
  if (current === undefined) refuse({ code: 'nothing_to_do', why: 'the module has no current generation' })
  const [state] = await readLoadState(parts, [module])
  if (state !== undefined && state.old.length > 0) refuse({ code: 'not_purged', module, generations: state.old })
  const importers = parts.code
    .names()
    .filter((name) => name !== module && parts.code.loaded(name).some(({ imports }) => imports.includes(module)))
  const staying = await countProcesses(parts, module, current.number)
  return { verb: 'delete', module, current: current.number, importers, staying }
}

/** GEN5: the current generation becomes old, refused while there are old ones (as OTP: P14). */
export function deleteModule(parts: RuntimeParts, plan: DeletePlan, by: By): Promise<ModuleGeneration> {
  return parts.exclusive(async () => {
    const { module } = plan
    parts.guards.requireFree([module], by, parts.clock.now())
    const now = await planDelete(parts, module)
    if (now.current !== plan.current)
      refuse({ code: 'changed_meanwhile', changes: [{ type: 'current', module, was: plan.current, is: now.current }] })
    await publishOn(parts, parts.fleet.links(), (links, epoch) => askAll(links, 'unbind', { module, epoch }, STAGE_WAIT_MS))
    parts.code.unbind(module)
    parts.emit({ type: 'deleted', module, number: plan.current, by })
    return { module, number: plan.current }
  })
}

export async function planKill(parts: RuntimeParts, pids: readonly Pid[]): Promise<KillPlan> {
  const { victims, follows } = await gatherVictims(parts.fleet.links(), [], pids, VIEW_WAIT_MS)
  const found = new Set(victims.map(({ pid }) => pid))
  const [first] = pids
  if (first !== undefined && pids.every((pid) => !found.has(pid))) refuse({ code: 'unknown_pid', pid: first })
  return { verb: 'kill', victims, follows }
}

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

/** Processes that pin a generation, on all schedulers. */
export async function countProcesses(parts: RuntimeParts, module: string, generation: number): Promise<number> {
  const pages = await askAll(parts.fleet.links(), 'processes', { module, generation, limit: 0 }, VIEW_WAIT_MS)
  return pages.reduce((sum, { total }) => sum + total, 0)
}

/** PIN5: no loaded generation that stays was built with one of these. */
async function requireUnread(parts: RuntimeParts, going: readonly ModuleGeneration[]): Promise<void> {
  for (const { module, number, readBy } of await readersOn(parts.fleet.links(), going)) {
    const by = readBy.filter((reader) => !going.some((entry) => isSame(entry, reader)))
    if (by.length > 0) refuse({ code: 'still_read', module, number, by })
  }
}

/** The named old generation, or each one. Refused for current and for what is not loaded. */
export function oldGenerations(parts: RuntimeParts, module: string, generation: number | undefined): number[] {
  const history = parts.code.history(module)
  if (generation === undefined) return history.filter(({ status }) => status === 'old').map(({ number }) => number)
  const { status, number } = parts.code.get(module, generation)
  if (status === 'current') refuse({ code: 'current_generation', module, number })
  if (status === 'purged') refuse({ code: 'unknown_generation', module, number })
  return [number]
}
