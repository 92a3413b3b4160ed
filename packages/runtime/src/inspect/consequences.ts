import { countEnd, type RestartCounts } from '../behaviours/restart-limit.ts'
import { planRestart, type DecidedChild } from '../behaviours/restart-plan.ts'
import type { SupervisedChild } from '../behaviours/supervised-child.ts'
import type { Supervision } from '../behaviours/supervision.ts'
import type { ExitReason } from '../exit-reason.ts'
import type { Pid } from '../ids.ts'

/** What one supervisor does about the ends of some of its children: a simulation of its own decisions, over its own state. */
export type SupervisorReaction =
  /** `stops`: children that run and are stopped with their group. `restarts`: those that are started again. */
  | { readonly type: 'restarts'; readonly stops: readonly SupervisedChild[]; readonly restarts: readonly SupervisedChild[] }
  /** `because`: more restarts than it bears, or a significant child that stays ended. */
  | { readonly type: 'ends'; readonly because: 'gives_up' | 'shuts_down'; readonly restarts: number }

interface ImaginedChild extends DecidedChild {
  running: boolean
  readonly child: SupervisedChild
}

/** PLAN3: what `supervision` does when these children end, at `nowMs` of its clock, one after the other. */
export function reactTo(supervision: Supervision, ended: ReadonlyMap<Pid, ExitReason>, nowMs: number): SupervisorReaction {
  const children = new Map<string, ImaginedChild>()
  for (const child of supervision.children) {
    const { id, restart, significant, pid } = child
    children.set(id, { id, restart, significant, running: pid !== null && !ended.has(pid), child })
  }
  const imagined = {
    strategy: supervision.strategy,
    autoShutdown: supervision.autoShutdown,
    get children() {
      return children.values()
    },
  }
  const stops = new Set<SupervisedChild>()
  const restarts = new Set<SupervisedChild>()
  let counted: RestartCounts = supervision
  for (const [pid, reason] of ended) {
    const child = supervision.byPid.get(pid)
    const one = child === undefined ? undefined : children.get(child.id)
    // One that was started again with its group has been dealt with.
    if (one === undefined || one.running) continue
    const plan = planRestart(imagined, one, reason)
    if (plan.type === 'shut_down') return { type: 'ends', because: 'shuts_down', restarts: 0 }
    if (plan.type === 'leave') {
      if (plan.forget) children.delete(one.id)
      continue
    }
    const count = countEnd(counted, { pid, startedAtMs: one.child.startedAtMs, reason }, nowMs, supervision)
    counted = count
    if (count.status === 'exceeded') return { type: 'ends', because: 'gives_up', restarts: count.restarts.length }
    for (const id of plan.stop) stopped(id)
    for (const id of plan.forget) children.delete(id)
    for (const id of plan.start) started(id)
  }
  return { type: 'restarts', stops: [...stops], restarts: [...restarts] }

  function stopped(id: string): void {
    const one = children.get(id)
    if (one !== undefined && !restarts.has(one.child)) stops.add(one.child)
  }

  function started(id: string): void {
    const one = children.get(id)
    if (one === undefined) return
    one.running = true
    restarts.add(one.child)
  }
}
