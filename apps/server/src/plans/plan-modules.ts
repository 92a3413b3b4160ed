import type { Plan } from '@strata/runtime'

/** Modules that an act touches; for acts on processes those whose code the processes are in. */
export function planModules(plan: Plan): readonly string[] {
  switch (plan.verb) {
    case 'purge':
    case 'delete':
    case 'rollback':
      return [plan.module]
    case 'restart-scheduler':
      return []
    case 'load':
      return plan.modules.map(({ module }) => module)
    case 'kill':
    case 'exit':
      return modulesOf(plan.victims)
    case 'move':
      return plan.current.map(({ module }) => module)
    case 'suspend':
    case 'resume':
    case 'upgrade':
      return modulesOf(plan.targets)
  }
}

function modulesOf(processes: readonly { readonly module: string | null }[]): readonly string[] {
  return [...new Set(processes.map(({ module }) => module).filter((module) => module !== null))]
}
