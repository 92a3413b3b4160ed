import type { LoadRequest, ProcessFilter, Targets } from '@strata/runtime'

/** All processes that match: the server looks who that is when the plan is made (BULK1). */
export interface Matching {
  readonly matching: ProcessFilter
}

/** Processes by pid, or by what they have in common. */
export type Chosen = Extract<Targets, { pids: unknown }> | Matching

/** What a plan was asked for: enough to make it again. */
export type PlanRequest =
  | { readonly verb: 'purge'; readonly module: string; readonly generation?: number | undefined }
  | ({ readonly verb: 'kill' } & Chosen)
  | ({ readonly verb: 'exit'; readonly exitReason: string } & Chosen)
  | { readonly verb: 'suspend' | 'resume'; readonly targets: Targets | Matching }
  /** `rate`: processes a second at most. */
  | {
      readonly verb: 'move'
      readonly targets: Targets | Matching
      readonly to?: number | undefined
      readonly rate?: number | undefined
    }
  | { readonly verb: 'delete'; readonly module: string }
  | { readonly verb: 'rollback'; readonly module: string; readonly number: number }
  | { readonly verb: 'restart-scheduler'; readonly scheduler: number }
  | { readonly verb: 'upgrade'; readonly targets: Targets | Matching }
  | ({ readonly verb: 'load' } & Omit<LoadRequest, 'plan'>)
