import type { PlanView } from '@strata/server'
import type { PlanInput } from './planned-act.ts'

/** Whether a plan is one for what the line asks: an old plan's id must not pass for another module or other processes. */
export function planMatches(request: PlanInput, { plan }: PlanView): boolean {
  switch (request.verb) {
    case 'purge':
      return (
        plan.verb === 'purge' &&
        plan.module === request.module &&
        (request.generation === undefined || same(plan.generations, [request.generation]))
      )
    case 'delete':
      return plan.verb === 'delete' && plan.module === request.module
    case 'rollback':
      return plan.verb === 'rollback' && plan.module === request.module && plan.to === request.number
    case 'restart-scheduler':
      return plan.verb === 'restart-scheduler' && plan.scheduler === request.scheduler
    case 'kill': {
      const { pids } = request
      const chosen = plan.verb === 'kill' ? plan.victims.filter(({ because }) => because === 'chosen').map(({ pid }) => pid) : []
      return plan.verb === 'kill' && (pids === undefined || chosen.every((pid) => pids.includes(pid)))
    }
    case 'exit': {
      if (plan.verb !== 'exit' || plan.exitReason !== request.exitReason) return false
      const { pids } = request
      return pids === undefined || plan.victims.every(({ pid, because }) => because !== 'chosen' || pids.includes(pid))
    }
    case 'move':
      if (plan.verb !== 'move' || (request.to ?? null) !== plan.to) return false
      return sameTargets(request.targets, plan.targets)
    case 'suspend':
    case 'resume':
    case 'upgrade': {
      if (plan.verb !== request.verb) return false
      return sameTargets(request.targets, plan.targets)
    }
    case 'load':
      return (
        plan.verb === 'load' &&
        plan.policy === request.old &&
        same(
          plan.modules.map(({ module }) => module),
          request.sources.map(({ module }) => module),
        )
      )
  }
}

function same<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item))
}

function sameTargets(asked: Extract<PlanInput, { verb: 'upgrade' }>['targets'], planned: readonly { readonly pid: string }[]): boolean {
  return !('pids' in asked) || planned.every(({ pid }) => asked.pids.includes(pid))
}
