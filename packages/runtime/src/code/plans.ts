import type { OldPolicy, Victim } from '../inspect/views.ts'

// A plan is a server-made, exact preview of a destructive act, as plain data. Making one changes nothing; executing it
// touches nobody outside it (PLAN1).

export type Plan = PurgePlan | KillPlan | DeletePlan | UpgradePlan | LoadPlan | RollbackPlan

export interface PurgePlan {
  readonly verb: 'purge'
  readonly module: string
  readonly generations: readonly number[]
  readonly current: number | null
  readonly victims: readonly Victim[]
}

export interface KillPlan {
  readonly verb: 'kill'
  readonly victims: readonly Victim[]
}

export interface DeletePlan {
  readonly verb: 'delete'
  readonly module: string
  readonly current: number
  /** Loaded modules whose imports name it: their calls will raise `undef`. */
  readonly importers: readonly string[]
  /** Processes that pin the current generation and live on in it. */
  readonly staying: number
}

export interface UpgradePlan {
  readonly verb: 'upgrade'
  readonly targets: readonly (Victim & { readonly can: boolean })[]
  readonly to: readonly { module: string; number: number }[]
}

export interface LoadPlan {
  readonly verb: 'load'
  readonly modules: readonly { module: string; next: number; current: number | null; hash: string; purges: readonly number[] }[]
  readonly policy: OldPolicy
  readonly victims: readonly Victim[]
}

export interface RollbackPlan {
  readonly verb: 'rollback'
  readonly module: string
  readonly from: number | null
  readonly to: number
  /** `rebind`: the same generation becomes current again. `reload`: it was purged, its kept source becomes the next generation. */
  readonly how: 'rebind' | 'reload'
  /** The number that will be current. */
  readonly becomes: number
  /** Processes that pin the present current generation and live on in it. */
  readonly staying: number
}

/** What no longer holds of a plan. */
export type PlanChange =
  | { readonly type: 'current'; readonly module: string; readonly was: number | null; readonly is: number | null }
  | { readonly type: 'one_more'; readonly victim: Victim }
  | { readonly type: 'generation_gone'; readonly module: string; readonly number: number }
  | { readonly type: 'source'; readonly module: string }
