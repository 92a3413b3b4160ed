import type { Pid, Plan, PlanChange, Victim } from '@strata/runtime'

export interface PlanDifference {
  readonly changes: readonly PlanChange[]
  /** In the former plan, not in the present one. */
  readonly gone: readonly Pid[]
}

/** What is different between two plans for the same request. */
export function comparePlans(was: Plan, is: Plan): PlanDifference {
  const before = new Set(victimsOf(was).map(({ pid }) => pid))
  const after = new Set(victimsOf(is).map(({ pid }) => pid))
  const more = victimsOf(is).filter(({ pid }) => !before.has(pid))
  return {
    changes: [...stateChanges(was, is), ...more.map((victim) => ({ type: 'one_more' as const, victim }))],
    gone: [...before].filter((pid) => !after.has(pid)),
  }
}

export function victimsOf(plan: Plan): readonly Victim[] {
  switch (plan.verb) {
    case 'purge':
    case 'kill':
    case 'exit':
    case 'load':
      return plan.victims
    case 'move':
    case 'suspend':
    case 'resume':
    case 'upgrade':
      return plan.targets
    case 'restart-scheduler':
      return plan.victims ?? []
    case 'delete':
    case 'rollback':
      return []
  }
}

function stateChanges(was: Plan, is: Plan): readonly PlanChange[] {
  const changes: PlanChange[] = []
  if (was.verb === 'purge' && is.verb === 'purge') {
    if (was.current !== is.current) changes.push({ type: 'current', module: is.module, was: was.current, is: is.current })
    for (const number of was.generations) {
      if (!is.generations.includes(number)) changes.push({ type: 'generation_gone', module: is.module, number })
    }
  }
  if (was.verb === 'move' && is.verb === 'move') {
    for (const { module, number } of is.current) {
      const before = was.current.find((one) => one.module === module)
      if (before !== undefined && before.number !== number) changes.push({ type: 'current', module, was: before.number, is: number })
    }
  }
  if (was.verb === 'delete' && is.verb === 'delete' && was.current !== is.current) {
    changes.push({ type: 'current', module: is.module, was: was.current, is: is.current })
  }
  if (was.verb === 'rollback' && is.verb === 'rollback') {
    if (was.from !== is.from) changes.push({ type: 'current', module: is.module, was: was.from, is: is.from })
    if (was.how === 'rebind' && is.how === 'reload') changes.push({ type: 'generation_gone', module: is.module, number: is.to })
  }
  if (was.verb === 'restart-scheduler' && is.verb === 'restart-scheduler') {
    const { scheduler } = is
    const holds = is.holder?.pid ?? null
    if (was.life !== is.life) changes.push({ type: 'scheduler_restarted', scheduler })
    else if (was.holder !== null && was.holder.pid !== holds) changes.push({ type: 'holder', scheduler, was: was.holder.pid, is: holds })
  }
  if (was.verb === 'load' && is.verb === 'load') {
    for (const now of is.modules) {
      const before = was.modules.find(({ module }) => module === now.module)
      if (before === undefined) continue
      if (before.current !== now.current) changes.push({ type: 'current', module: now.module, was: before.current, is: now.current })
      if (before.hash !== now.hash) changes.push({ type: 'source', module: now.module })
    }
  }
  return changes
}
