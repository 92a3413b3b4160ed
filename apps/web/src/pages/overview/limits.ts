import type { LimitsView } from '@strata/server'

/** Where something begins to want a person: for all modules, and for those that differ. */
export type Limits = Pick<LimitsView, 'all' | 'modules'>

/** The server's, until it has told its own. */
export const DEFAULT_LIMITS: Limits = {
  all: { pinnedLongerThanMs: 24 * 3600_000, queueOver: 1_000, queueGrowingForMs: 60_000, crashesPerMinute: 5, turnLongerThanMs: 1_000 },
  modules: {},
}

/** Those that hold for a module; `null`: of no module. */
export function limitsOf({ all, modules }: Limits, module: string | null): Limits['all'] {
  return module !== null && Object.hasOwn(modules, module) ? (modules[module] ?? all) : all
}
