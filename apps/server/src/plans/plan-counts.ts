import type { Follows, Plan } from '@strata/runtime'
import { isAimedAt } from '@strata/runtime/vocabulary'
import type { PlanView } from './plan-registry.ts'
import { victimsOf } from './plan-difference.ts'

/** Rows of a plan or a receipt that are shipped at once: what is shown says how many more there are. */
export const ROWS_SHOWN_MAX = 500

/** How many processes a plan names, whatever part of them is shown. */
export interface PlanCounts {
  /** Chosen, or pinning what is chosen. */
  readonly chosen: number
  /** Fall with them: by links, or stopped by supervisors. */
  readonly fallen: number
  /** Of an upgrade's or move's: can be asked, or moved. Of an exit's: chosen and not trapping exits. */
  readonly able: number
}

export function countPlan(plan: Plan): PlanCounts {
  const victims = victimsOf(plan)
  const fallen = victims.filter(({ because }) => !isAimedAt(because)).length
  return {
    chosen: victims.length - fallen,
    fallen,
    able: countAble(plan),
  }
}

function countAble(plan: Plan): number {
  if (plan.verb === 'upgrade') return plan.targets.filter(({ can }) => can).length
  if (plan.verb === 'move') return plan.targets.filter(({ how }) => how !== 'cannot').length
  return plan.verb === 'exit' ? plan.victims.filter(({ because }) => isAimedAt(because)).length - plan.trapping.length : 0
}

/** A plan as a screen shows it; `all` keeps every row. */
export function shownPlan(view: PlanView, all = false): PlanView {
  return all ? view : { ...view, plan: cutPlan(view.plan) }
}

/** The plan with at most so many of its processes: some of those that fall, who were not chosen, stand first. */
export function cutPlan<P extends Plan>(plan: P, rows = ROWS_SHOWN_MAX): P {
  if (victimsOf(plan).length <= rows) return plan
  if ('targets' in plan) return { ...plan, targets: plan.targets.slice(0, rows) }
  if (!('victims' in plan)) return plan
  const victims = victimsOf(plan)
  const fallen = victims.filter(({ because }) => !isAimedAt(because)).slice(0, rows / 2)
  const chosen = victims.filter(({ because }) => isAimedAt(because)).slice(0, rows - fallen.length)
  return {
    ...plan,
    victims: [...chosen, ...fallen],
    ...('follows' in plan && plan.follows !== undefined ? { follows: cutFollows(plan.follows, rows) } : {}),
  }
}

function cutFollows({ givingUp, restarts }: Follows, rows: number): Follows {
  const short = givingUp.slice(0, rows).map((entry) => ({ ...entry, ended: entry.ended.slice(0, rows), falls: entry.falls.slice(0, rows) }))
  return { givingUp: short, restarts: restarts.slice(0, rows) }
}
