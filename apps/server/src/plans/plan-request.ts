import type { LoadRequest, Targets } from '@strata/runtime'

/** What a plan was asked for: enough to make it again. */
export type PlanRequest =
  | { readonly verb: 'purge'; readonly module: string; readonly generation?: number | undefined }
  | { readonly verb: 'kill'; readonly pids: Extract<Targets, { pids: unknown }>['pids'] }
  | { readonly verb: 'delete'; readonly module: string }
  | { readonly verb: 'rollback'; readonly module: string; readonly number: number }
  | { readonly verb: 'restart-scheduler'; readonly scheduler: number }
  | { readonly verb: 'upgrade'; readonly targets: Targets }
  | ({ readonly verb: 'load' } & Omit<LoadRequest, 'plan'>)
