import { planMoveOf } from '../../code/move-plan.ts'
import type { MovePlan, MoveTarget } from '../../code/plans.ts'
import type { MoveOutcome, MoveTrial, Targets } from '../../engine.ts'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { Pid } from '../../ids.ts'
import type { Rendered } from '../../process/render-value.ts'
import { askToMove } from './upgrade.ts'
import { askAll, askOwn } from '../fleet/fleet.ts'
import { killOne } from './kills.ts'
import { previewLimits } from '../views/previews.ts'
import { VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import { askSystem, lookAt } from '../fleet/system-calls.ts'
import { LATE } from '../fleet/within.ts'

/** How long a process has until it takes the message that suspends it: it stands behind what is queued. */
const SUSPEND_WAIT_MS = 5_000
/** What `codeChange` may take. Beyond it the process that runs it is ended, and the state is what it was. */
const CODE_CHANGE_MS = 1_000
/** A `codeChange` that keeps its scheduler from ending it in time is ended from here after so long. */
const GRACE_MS = 500
const RESUME_WAIT_MS = 2_000

export async function planMove(parts: RuntimeParts, targets: Targets, to: number | undefined): Promise<MovePlan> {
  const { code } = parts
  const isWhole = !('pids' in targets)
  if (isWhole && code.get(targets.module, targets.generation).status === 'purged')
    refuse({ code: 'unknown_generation', module: targets.module, number: targets.generation })
  const links = parts.fleet.links()
  const found = isWhole
    ? (
        await askAll(
          links,
          'moveCandidates',
          { generations: [{ module: targets.module, number: targets.generation }], pids: [] },
          VIEW_WAIT_MS,
        )
      ).flat()
    : (await askOwn(links, 'moveCandidates', targets.pids, (own) => ({ generations: [], pids: own }), VIEW_WAIT_MS)).flatMap(
        ({ answer }) => answer,
      )
  if (!isWhole && found.length === 0) refuse({ code: 'unknown_pid', pid: targets.pids[0] ?? '' })
  // Who only pins a generation of this module, and is a process of another, moves by that one's generations.
  const candidates = isWhole ? found.filter((one) => (one.behaviour?.module ?? one.module) === targets.module) : found
  const modules = [...new Set(candidates.flatMap(({ behaviour, module }) => behaviour?.module ?? module ?? []))]
  if (to !== undefined) {
    const [module, ...more] = isWhole ? [targets.module] : modules
    if (more.length > 0)
      refuse({ code: 'nothing_to_do', why: `a generation belongs to one module, and these are in ${modules.join(', ')}` })
    if (module !== undefined && code.get(module, to).status === 'purged') refuse({ code: 'unknown_generation', module, number: to })
  }
  const ground = {
    current: (module: string) => code.current(module)?.number ?? null,
    has: (module: string, number: number, exported: string) =>
      code.loaded(module).some((generation) => generation.number === number && generation.exports.includes(exported)),
  }
  return {
    verb: 'move',
    targets: candidates.map((candidate) => planMoveOf(ground, candidate, to ?? null)),
    current: modules.map((module) => ({ module, number: ground.current(module) })),
    to: to ?? null,
  }
}

/** PLAN1: refuses a plan that was made over another current generation. */
export async function requireCurrent(parts: RuntimeParts, { current }: Pick<MovePlan, 'current'>): Promise<void> {
  const changes = current.flatMap(({ module, number: was }) => {
    const is = parts.code.current(module)?.number ?? null
    return is === was ? [] : [{ type: 'current' as const, module, was, is }]
  })
  if (changes.length > 0) refuse({ code: 'changed_meanwhile', changes })
}

/** MOVE2: some of a plan's processes, at the same time. One that does not go keeps nobody else from going. */
export async function moveSome(parts: RuntimeParts, targets: readonly MoveTarget[]): Promise<readonly MoveOutcome[]> {
  const loops = targets.filter(({ how }) => how === 'upgrade')
  const asked = loops.length === 0 ? [] : askToMove(parts, loops)
  const outcomes = new Map<Pid, MoveOutcome>()
  await Promise.all(
    targets.map(async (target) => {
      if (target.how === 'cannot')
        outcomes.set(target.pid, { pid: target.pid, status: 'skipped', why: { code: target.obstacle ?? 'not_started' } })
      if (target.how === 'code_change' || target.how === 'init') outcomes.set(target.pid, await moveOne(parts, target, target.how))
    }),
  )
  for (const { pid, status, generation } of await asked) {
    const from = loops.find((loop) => loop.pid === pid)?.from ?? 0
    outcomes.set(
      pid,
      status === 'moved'
        ? { pid, status, from, to: generation ?? 0 }
        : status === 'not_yet'
          ? { pid, status: 'failed', why: { code: 'not_yet' } }
          : { pid, status: 'skipped', why: { code: status === 'ended' ? 'ended' : 'no_upgrade' } },
    )
  }
  return targets.map(({ pid }) => outcomes.get(pid) ?? { pid, status: 'skipped', why: { code: 'ended' } })
}

/** Suspend, change, resume: in whatever way the change ends, the process goes on afterwards. */
async function moveOne(parts: RuntimeParts, { pid, to, from }: MoveTarget, how: Maker): Promise<MoveOutcome> {
  const changed = await whileSuspended(parts, pid, () =>
    untilHeld(parts, pid, (waitMs) => askSystem(parts, pid, { type: 'changeCode', to: to ?? 0, timeoutMs: CODE_CHANGE_MS }, waitMs)),
  )
  if ('pid' in changed) return changed
  return changed.status === 'changed' ? { pid, status: 'moved', from: from ?? changed.from, to: changed.to } : failureOf(pid, how, changed)
}

/** What makes its state in the other generation. */
type Maker = 'code_change' | 'init'

type Changed = Exclude<Awaited<ReturnType<typeof askSystem>>, typeof LATE> | { readonly status: 'held' }
type NotMoved = Exclude<MoveOutcome, { status: 'moved' }>

async function whileSuspended(parts: RuntimeParts, pid: Pid, change: () => Promise<Changed>): Promise<Changed | NotMoved> {
  const suspended = await askSystem(parts, pid, { type: 'suspend' }, SUSPEND_WAIT_MS)
  if (suspended === LATE) {
    // It will take the one after the other, and not notice.
    void askSystem(parts, pid, { type: 'resume' }, Number.POSITIVE_INFINITY).catch(() => {})
    return { pid, status: 'skipped', why: { code: 'busy', limitMs: SUSPEND_WAIT_MS } }
  }
  if (suspended.status === 'ended') return { pid, status: 'skipped', why: { code: 'ended' } }
  try {
    return await change()
  } finally {
    await askSystem(parts, pid, { type: 'resume' }, RESUME_WAIT_MS)
  }
}

function failureOf(pid: Pid, code: Maker, changed: Changed): NotMoved {
  switch (changed.status) {
    case 'failed':
      return { pid, status: 'failed', why: { code, reason: changed.reason } }
    case 'unreadable':
      return {
        pid,
        status: 'failed',
        why: { code, reason: { type: 'error', name: 'InvalidMessageError', message: changed.why, stack: '' } },
      }
    case 'held':
      return { pid, status: 'failed', why: { code: 'held' } }
    case 'not_suspended':
      return { pid, status: 'failed', why: { code: 'resumed' } }
    case 'unknown_generation':
      return { pid, status: 'skipped', why: { code: 'generation_gone' } }
    default:
      return { pid, status: 'skipped', why: { code: 'ended' } }
  }
}

const HELD_BY: By = { actor: 'system', reason: 'its codeChange did not end and held the scheduler' }

/** Waits for a change of code. One that loops without end keeps its scheduler from ending it: then it is ended from here. */
async function untilHeld(parts: RuntimeParts, mover: Pid, ask: (waitMs: number) => Promise<Changed | typeof LATE>): Promise<Changed> {
  const answer = ask(Number.POSITIVE_INFINITY)
  for (;;) {
    const changed = await Promise.race([answer, late(parts, CODE_CHANGE_MS + GRACE_MS)])
    if (changed !== LATE) return changed
    const scheduler = parts.fleet.linkOf(mover)
    const { pid } = scheduler.holdState()
    const detail = pid === null ? null : await scheduler.ask('process', { pid }, VIEW_WAIT_MS).catch(() => null)
    if (pid === null || detail?.behaviour?.kind !== CHANGING) continue
    await killOne(parts, pid, HELD_BY)
    const ended = await answer
    return ended !== LATE && ended.status === 'failed' ? { status: 'held' } : ended === LATE ? { status: 'held' } : ended
  }
}

/** What a process says that it is while it runs `codeChange` for another. */
const CHANGING = 'code change'

function late(parts: RuntimeParts, waitMs: number): Promise<typeof LATE> {
  return new Promise((resolve) => parts.clock.schedule(waitMs, () => resolve(LATE)))
}

/** MOVE3: what `codeChange` would make of the state. */
export async function tryMove(parts: RuntimeParts, pid: Pid, to: number | undefined, by: By): Promise<MoveTrial> {
  const [target] = (await planMove(parts, { pids: [pid] }, to)).targets
  if (target === undefined) return refuse({ code: 'unknown_pid', pid })
  parts.emit({ type: 'looked', what: 'move', pid, module: target.module, by })
  if (target.how === 'upgrade') return { pid, status: 'skipped', why: { code: 'loop_has_no_trial' } }
  if (target.how === 'cannot') return { pid, status: 'skipped', why: { code: target.obstacle ?? 'not_started' } }
  const limits = previewLimits(parts)
  const request = { type: 'changeCode', to: target.to ?? 0, timeoutMs: CODE_CHANGE_MS, dryRun: true } as const
  const changed = await whileSuspended(parts, pid, () => untilHeld(parts, pid, (waitMs) => lookAt(parts, pid, request, limits, waitMs)))
  if ('pid' in changed) return changed
  if (changed.status !== 'would_change') return failureOf(pid, target.how, changed)
  return { status: 'would_move', from: changed.from, to: changed.to, before: changed.before as Rendered, after: changed.after as Rendered }
}
