import { isSame } from '../code/purge-round.ts'
import type { DeletePlan, KillPlan, PurgePlan, UpgradePlan } from '../code/plans.ts'
import type { KillOutcome, PurgeOutcome, Targets, UpgradeOutcome } from '../engine.ts'
import { refuse } from '../errors.ts'
import type { By } from '../events.ts'
import type { ModuleGeneration, Pid } from '../ids.ts'
import type { PurgeMark, Victim } from '../inspect/views.ts'
import { readLoadState, STAGE_WAIT_MS, VIEW_WAIT_MS, type RuntimeParts } from './runtime-parts.ts'
import type { SchedulerVerbs, Whereabouts } from './protocol.ts'
import { findTargets } from './suspension.ts'
import { LATE, within } from './within.ts'

type KillAnswer = SchedulerVerbs['kill']['answer']

/** An act that waits so long for the turn of a process that it ends has that turn cut (KILL1). */
const CUT_AFTER_MS = 100
/** A kill that nothing can hurry is `pending` after this: somebody else's turn, or a native call that no interrupt reaches (KILL4). */
const PENDING_AFTER_MS = 400
const OWN_CODE = "a turn that was to be cut stood in the runtime's own code each time"
/** How long an asked process has to leave its generation before it counts as `not_yet`. */
const MOVE_WAIT_MS = 2_000
const MOVE_LOOK_MS = 50

export async function planPurge(parts: RuntimeParts, module: string, generation: number | undefined): Promise<PurgePlan> {
  const generations = oldGenerations(parts, module, generation)
  const chosen = generations.map((number) => ({ module, number }))
  await requireUnread(parts, chosen)
  const victims = await parts.scheduler().ask('victims', { generations: chosen, pids: [] }, VIEW_WAIT_MS)
  return { verb: 'purge', module, generations, current: parts.code.current(module)?.number ?? null, victims }
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
    await requireUnread(
      parts,
      generations.map((number) => ({ module, number })),
    )
    const purging = parts
      .scheduler()
      .ask('purge', { module, numbers: generations, planned: plan.victims, reason: by.reason }, STAGE_WAIT_MS)
    const hurried = await cutting(
      parts,
      plan.victims.map(({ pid }) => pid),
      purging,
    )
    const answer = hurried === LATE ? await purging : hurried
    if (answer.status === 'changed') refuse({ code: 'changed_meanwhile', changes: answer.changes })
    if (answer.status !== 'committed') refuse({ code: 'nothing_to_do', why: 'the generations are pinned' })
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
    parts.emit({ type: 'purged', module, generations, mark, skipped, alsoEnded })
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
  const rows = await parts.scheduler().ask('processes', { module, generation: current.number, limit: 0 }, VIEW_WAIT_MS)
  return { verb: 'delete', module, current: current.number, importers, staying: rows.total }
}

/** GEN5: the current generation becomes old, refused while there are old ones (as OTP: P14). */
export function deleteModule(parts: RuntimeParts, plan: DeletePlan, by: By): Promise<ModuleGeneration> {
  return parts.exclusive(async () => {
    const { module } = plan
    parts.guards.requireFree([module], by, parts.clock.now())
    const now = await planDelete(parts, module)
    if (now.current !== plan.current)
      refuse({ code: 'changed_meanwhile', changes: [{ type: 'current', module, was: plan.current, is: now.current }] })
    await parts.scheduler().ask('unbind', { module }, STAGE_WAIT_MS)
    parts.code.unbind(module)
    parts.emit({ type: 'deleted', module, number: plan.current, by })
    return { module, number: plan.current }
  })
}

export async function planKill(parts: RuntimeParts, pids: readonly Pid[]): Promise<KillPlan> {
  const victims = await parts.scheduler().ask('victims', { generations: [], pids }, VIEW_WAIT_MS)
  const found = new Set(victims.map(({ pid }) => pid))
  const [first] = pids
  if (first !== undefined && pids.every((pid) => !found.has(pid))) refuse({ code: 'unknown_pid', pid: first })
  return { verb: 'kill', victims }
}

/** Ends exactly the plan's processes. */
export async function killAll(
  parts: RuntimeParts,
  plan: KillPlan,
  by: By,
): Promise<{ outcomes: KillOutcome[]; alsoEnded: readonly Pid[] }> {
  const chosen = plan.victims.filter(({ because }) => because !== 'link').map(({ pid }) => pid)
  const answer = await askKill(parts, chosen, by, plan.victims)
  if (answer === 'pending') return { outcomes: report(parts, chosen, 'pending', by), alsoEnded: [] }
  if (answer.status === 'changed') refuse({ code: 'changed_meanwhile', changes: answer.changes })
  if (answer.status !== 'committed') return { outcomes: report(parts, chosen, 'not_found', by), alsoEnded: [] }
  const { killed, alsoEnded } = answer
  const outcomes = chosen.map((pid) => ({ pid, status: killed.includes(pid) ? ('killed' as const) : ('not_found' as const) }))
  parts.emit({
    type: 'killed',
    pids: [...killed, ...alsoEnded],
    pending: [],
    notFound: outcomes.filter(({ status }) => status === 'not_found').map(({ pid }) => pid),
    by,
  })
  return { outcomes, alsoEnded }
}

export async function killOne(parts: RuntimeParts, pid: Pid, by: By): Promise<KillOutcome> {
  const answer = await askKill(parts, [pid], by, null)
  if (answer !== 'pending' && answer.status === 'committed') {
    parts.emit({ type: 'killed', pids: [pid, ...answer.alsoEnded], pending: [], notFound: [], by })
    return { pid, status: 'killed' }
  }
  const status = answer === 'pending' ? 'pending' : 'not_found'
  report(parts, [pid], status, by)
  return { pid, status }
}

/** The answer of an act that ends these processes; the turn of one of them that keeps it waiting is cut. `LATE`: it will come when it can. */
async function cutting<T>(parts: RuntimeParts, pids: readonly Pid[], answer: Promise<T>): Promise<T | typeof LATE> {
  const prompt = await within(parts.clock, answer, CUT_AFTER_MS)
  if (prompt !== LATE) return prompt
  const outcome = await parts.scheduler().cut(pids)
  if (outcome === 'own_code') await parts.keeper.restart({ actor: 'system', reason: OWN_CODE }, parts.scheduler().holdState().pid)
  return within(parts.clock, answer, outcome === 'cut' ? STAGE_WAIT_MS : PENDING_AFTER_MS)
}

async function askKill(parts: RuntimeParts, pids: readonly Pid[], by: By, planned: readonly Victim[] | null) {
  const asked = parts.scheduler().ask('kill', { pids, reason: by.reason, planned }, Number.POSITIVE_INFINITY)
  const answer = await cutting(parts, pids, asked)
  if (answer !== LATE) return answer
  void tellLate(parts, asked, pids, by)
  return 'pending'
}

/** A kill that was `pending` is answered when the native call returns, or by the end of its scheduler. */
async function tellLate(parts: RuntimeParts, asked: Promise<KillAnswer>, pids: readonly Pid[], by: By): Promise<void> {
  const answer = await asked.catch(() => ({ status: 'committed', killed: pids, alsoEnded: [] }) as const)
  const ended = answer.status === 'committed' ? [...answer.killed, ...answer.alsoEnded] : []
  parts.emit({ type: 'killed', pids: ended, pending: [], notFound: pids.filter((pid) => !ended.includes(pid)), by })
}

function report(parts: RuntimeParts, pids: readonly Pid[], status: KillOutcome['status'], by: By): KillOutcome[] {
  parts.emit({ type: 'killed', pids: [], pending: status === 'pending' ? pids : [], notFound: status === 'not_found' ? pids : [], by })
  return pids.map((pid) => ({ pid, status }))
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

/** Sends each target its generation's `upgrade` message, then tells where it is: moved, not yet, ended, or refused because it knows no such message. */
export async function upgrade(parts: RuntimeParts, plan: UpgradePlan, by: By): Promise<UpgradeOutcome[]> {
  const scheduler = parts.scheduler()
  const from = new Map(plan.targets.map(({ pid, module, generation }) => [pid, { module, generation }]))
  const pids = plan.targets.filter(({ can }) => can).map(({ pid }) => pid)
  const asked = new Map((await scheduler.ask('askUpgrade', { pids }, VIEW_WAIT_MS)).map(({ pid, status }) => [pid, status]))
  const waiting = new Set(pids.filter((pid) => asked.get(pid) === 'asked'))
  const outcomes = new Map<Pid, UpgradeOutcome>()
  for (const { pid, generation } of plan.targets) {
    if (asked.get(pid) === 'ended') outcomes.set(pid, { pid, status: 'ended', generation: null })
    else if (!waiting.has(pid)) outcomes.set(pid, { pid, status: 'refused', generation })
  }
  const deadline = parts.clock.monotonicMs() + MOVE_WAIT_MS
  while (waiting.size > 0) {
    for (const where of await scheduler.ask('whereabouts', { pids: [...waiting] }, VIEW_WAIT_MS)) {
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
  const all = plan.targets.flatMap(({ pid }) => outcomes.get(pid) ?? [])
  const pidsWith = (status: UpgradeOutcome['status']): Pid[] => all.filter((entry) => entry.status === status).map(({ pid }) => pid)
  parts.emit({
    type: 'upgraded',
    moved: pidsWith('moved'),
    notYet: pidsWith('not_yet'),
    ended: pidsWith('ended'),
    refused: pidsWith('refused'),
    by,
  })
  return all
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

/** PIN5: no loaded generation that stays was built with one of these. */
async function requireUnread(parts: RuntimeParts, going: readonly ModuleGeneration[]): Promise<void> {
  for (const { module, number, readBy } of await parts.scheduler().ask('readers', { generations: going }, VIEW_WAIT_MS)) {
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
