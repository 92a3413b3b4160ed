import type { Pid } from '../ids.ts'
import type { Follows, OldPolicy, Victim } from '../inspect/views.ts'

// A plan is a server-made, exact preview of a destructive act, as plain data. Making one changes nothing; executing it
// touches nobody outside it (PLAN1).

export type Plan =
  | PurgePlan
  | KillPlan
  | ExitPlan
  | SuspendPlan
  | ResumePlan
  | MovePlan
  | DeletePlan
  | UpgradePlan
  | LoadPlan
  | RollbackPlan
  | RestartPlan

export interface PurgePlan {
  readonly verb: 'purge'
  readonly module: string
  readonly generations: readonly number[]
  readonly current: number | null
  readonly victims: readonly Victim[]
  /** PLAN3. Absent in plans of releases that did not look. */
  readonly follows?: Follows
}

export interface KillPlan {
  readonly verb: 'kill'
  readonly victims: readonly Victim[]
  /** PLAN3. Absent in plans of releases that did not look. */
  readonly follows?: Follows
}

/** An exit signal to those that are `chosen`; those that trap exits get a message instead, and the others take along who is linked to them. */
export interface ExitPlan {
  readonly verb: 'exit'
  readonly exitReason: string
  readonly victims: readonly Victim[]
  /** PLAN3. Absent in plans of releases that did not look. */
  readonly follows?: Follows
  readonly trapping: readonly Pid[]
}

/** Nobody ends: those get no turns until they are resumed. */
export interface SuspendPlan {
  readonly verb: 'suspend'
  readonly targets: readonly Victim[]
}

export interface ResumePlan {
  readonly verb: 'resume'
  readonly targets: readonly Victim[]
}

/** Why a process cannot be moved. */
export type MoveObstacle =
  | 'already_there'
  /** It gets no turns in which it could. */
  | 'suspended'
  | 'not_started'
  | 'nothing_current'
  /** A behaviour that calls back no module: a table. */
  | 'no_module'
  /** The generation that it would move to exports no `codeChange`. */
  | 'no_code_change'
  /** The generation that a supervisor would move to exports no `init`. */
  | 'no_init'
  /** A raw loop, whose generation exports no `upgrade` message: only its own end, an exit or a kill takes it away. */
  | 'no_upgrade'
  /** A raw loop moves through an import, which leads to current. */
  | 'loop_to_current_only'

export interface MoveTarget extends Victim {
  /** The module that it moves within. */
  readonly target: string | null
  /** The generation that made its state, or that its loop is in. */
  readonly from: number | null
  readonly to: number | null
  /** `code_change`: suspended, its state changed on a copy, resumed. `init`: so, too, but a supervisor, whose spec that generation's `init` makes. `upgrade`: asked by its module's message. */
  readonly how: 'code_change' | 'init' | 'upgrade' | 'cannot'
  readonly obstacle: MoveObstacle | null
}

/** Processes that move to another generation with their state (MOVE1). Nobody ends. */
export interface MovePlan {
  readonly verb: 'move'
  readonly targets: readonly MoveTarget[]
  /** What was current when it was made, of each module that something moves within. */
  readonly current: readonly { readonly module: string; readonly number: number | null }[]
  /** The generation that was asked for; `null`: current. */
  readonly to: number | null
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
  /** PLAN3. Absent in plans of releases that did not look. */
  readonly follows?: Follows
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

/** The restart of a scheduler: all its processes end with `scheduler_restarted`. */
export interface RestartPlan {
  readonly verb: 'restart-scheduler'
  readonly scheduler: number
  /** Which of its threads: rises by one with each start. */
  readonly life: number
  readonly processes: number
  /** Who keeps it from running anybody else, if so. */
  readonly holder: SchedulerHolder | null
  /** All but the holder. */
  readonly healthy: number
  /** Those that could run and wait behind it. */
  readonly waiting: number
  /** The scheduler has counted them for this plan; else it could not answer, and its latest sample says so much. */
  readonly countedNow: boolean
  /** What they pin, by that sample. */
  readonly generations: readonly { readonly module: string; readonly number: number; readonly pins: number }[]
  /** What starts again by itself. */
  readonly roots: readonly { readonly module: string; readonly export: string; readonly name: string | null }[]
  /** On other schedulers: who falls by links with those that end here. Absent in what earlier releases told. */
  readonly victims?: readonly Victim[]
  /** What supervisors there do about it. */
  readonly follows?: Follows
  /** Schedulers that did not answer: who falls there is not known. */
  readonly unknownOn?: readonly number[]
}

export interface SchedulerHolder {
  readonly pid: Pid
  readonly load: 'holding' | 'stuck'
  readonly at: string | null
  readonly module: string | null
  readonly generation: number | null
  readonly function: string | null
  readonly heldMs: number
}

/** What no longer holds of a plan. */
export type PlanChange =
  | { readonly type: 'current'; readonly module: string; readonly was: number | null; readonly is: number | null }
  | { readonly type: 'one_more'; readonly victim: Victim }
  | { readonly type: 'generation_gone'; readonly module: string; readonly number: number }
  | { readonly type: 'source'; readonly module: string }
  /** Its processes are others. */
  | { readonly type: 'scheduler_restarted'; readonly scheduler: number }
  /** Another process holds it, or none. */
  | { readonly type: 'holder'; readonly scheduler: number; readonly was: Pid; readonly is: Pid | null }
