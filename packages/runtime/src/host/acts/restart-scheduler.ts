import { decideVictims } from '../../code/purge-plan.ts'
import type { RestartPlan } from '../../code/plans.ts'
import type { RestartOutcome } from '../../engine.ts'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { SystemConfig } from '../../config.ts'
import type { VictimsView } from '../../inspect/views.ts'
import { gatherVictims } from './gather-victims.ts'
import { type RuntimeParts, VIEW_WAIT_MS, viewWaitMs } from '../runtime-parts.ts'
import type { Sampler } from '../views/sampler.ts'
import { viewScheduler } from '../views/views.ts'

/** Everything that ends with a scheduler (KILL4). The thread may be unable to say: then it is what its latest sample says. */
export async function planRestart(parts: RuntimeParts, sampler: Sampler, scheduler: number, config: SystemConfig): Promise<RestartPlan> {
  const keeper = parts.fleet.keeper(scheduler)
  const view = await viewScheduler(parts, sampler, scheduler)
  const counted = await keeper.link.ask('processes', { limit: 0 }, viewWaitMs(keeper.link)).catch(() => null)
  const processes = counted?.total ?? view.processes
  const load = view.status === 'holding' || view.status === 'stuck' ? view.status : null
  const holder =
    load === null || view.pid === null
      ? null
      : { pid: view.pid, load, at: view.at, module: view.module, generation: view.generation, function: view.function, heldMs: view.heldMs }
  return {
    verb: 'restart-scheduler',
    scheduler,
    life: keeper.life,
    processes,
    holder,
    healthy: Math.max(0, processes - (holder === null ? 0 : 1)),
    waiting: view.runQueue,
    countedNow: counted !== null,
    generations: sampler
      .lastCounts(scheduler)
      .filter(({ pins }) => pins > 0)
      .map(({ module, number, pins }) => ({ module, number, pins })),
    ...(await fallElsewhere(parts, scheduler)),
    roots: (scheduler === parts.fleet.first().id ? (config.start ?? []) : [])
      .filter(({ module }) => parts.code.current(module) !== undefined)
      .map(({ module, export: exportName, name = null }) => ({ module, export: exportName, name })),
  }
}

const NOBODY: VictimsView = { victims: [], follows: { givingUp: [], restarts: [] } }

/**
 * Who falls by links on the other schedulers: they know it, also while this one cannot answer. One of them that cannot answer either must not keep this one from being
 * restarted: what falls there is unknown.
 */
async function fallElsewhere(parts: RuntimeParts, scheduler: number): Promise<VictimsView & { readonly unknownOn: readonly number[] }> {
  const others = parts.fleet.links().filter(({ id }) => id !== scheduler)
  const asked = await Promise.allSettled(others.map((link) => link.ask('lossOf', { scheduler }, viewWaitMs(link))))
  const known = others.filter((_, at) => asked[at]?.status === 'fulfilled')
  const tied = asked.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  const found = tied.length === 0 ? NOBODY : await gatherVictims(known, [], [], VIEW_WAIT_MS, tied).catch(() => null)
  const unknown = found === null ? others : others.filter((link) => !known.includes(link))
  return { ...(found ?? NOBODY), unknownOn: unknown.map(({ id }) => id) }
}

/** Ends the scheduler's thread and brings it back, if it is still the one that the plan is about, held by the same process. */
export async function restartScheduler(parts: RuntimeParts, plan: RestartPlan, by: By): Promise<RestartOutcome> {
  const { scheduler, holder } = plan
  const keeper = parts.fleet.keeper(scheduler)
  if (plan.life !== keeper.life) refuse({ code: 'changed_meanwhile', changes: [{ type: 'scheduler_restarted', scheduler }] })
  const now = keeper.link.holdState()
  const is = now.kind === 'free' ? null : now.pid
  if (holder !== null && is !== holder.pid)
    refuse({ code: 'changed_meanwhile', changes: [{ type: 'holder', scheduler, was: holder.pid, is }] })
  const falling = await fallElsewhere(parts, scheduler)
  const decision = decideVictims(plan.victims ?? [], falling.victims)
  if (decision.status === 'changed') return refuse({ code: 'changed_meanwhile', changes: decision.changes })
  return { scheduler, holder: is, alsoEnded: decision.fall, ...(await keeper.restart(by, now.pid)) }
}
