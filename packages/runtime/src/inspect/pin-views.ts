import type { ModuleGeneration, Pid } from '../ids.ts'

// Wire types of what holds a generation, and of what is left of one that was purged.

/** PIN7. `tookMs` is `null` where it went with a runtime that has ended since. `retained`: a minute after the purge something still reaches the code. */
export type ReclaimView =
  | { readonly status: 'pending'; readonly since: string }
  | { readonly status: 'confirmed'; readonly tookMs: number | null }
  | { readonly status: 'retained'; readonly since: string }

/** PIN6. Where the caller stood last: line and `module@generation`, `null` for native code. */
export interface ReachedView {
  readonly count: number
  readonly last: string
  readonly at: string | null
  readonly from: string | null
}

/** Who keeps code of a purged generation in memory, read from a heap snapshot of its scheduler. */
export interface RetainersView {
  readonly module: string
  readonly number: number
  /** How long the scheduler stood still for it. */
  readonly heldMs: number
  /** Objects in the heap. */
  readonly objects: number
  readonly holders: readonly RetainerView[]
}

export interface RetainerView {
  /** `module state of bus@2`, `the global "cache"`, `process 1.4`, `a listener of process for "SIGHUP"`, … */
  readonly by: string
  /** From there to a function of the generation, outermost first. */
  readonly steps: readonly string[]
  /** Functions of the generation that it reaches. */
  readonly functions: number
}

/** What stands in the history of a generation that was removed. */
export interface PurgeMark {
  readonly kind: 'soft' | 'forced'
  readonly at: string
  readonly by: string
  readonly reason: string
  readonly killed: readonly Pid[]
}

/** `timer` is a timer, an immediate or a microtask; `iterator` an async generator that was begun: it counts until it ends or is collected. */
export type ProcessPinReason = 'frame' | 'timer' | 'callback' | 'iterator' | 'declared' | 'in_flight'

/** `generation`: the body of another loaded generation read a class or another value of it, and was built with that. */
export type PinReason = ProcessPinReason | 'generation'

export interface Pin {
  readonly module: string
  readonly generation: number
  readonly reason: ProcessPinReason
  readonly function: string
  /** `session.ts:41` */
  readonly at: string
  readonly since: string
}

/** One reason why a generation is held: by a process, or by a loaded generation whose body read `function` of it. */
export type PinRow = PinPlace &
  (
    | { readonly pid: Pid; readonly reason: ProcessPinReason }
    | { readonly pid: null; readonly reason: 'generation'; readonly holder: ModuleGeneration }
  )

interface PinPlace {
  readonly generation: number
  readonly function: string
  readonly at: string
  readonly since: string
}

/** An old generation of a load's module: how many processes pin it, and which loaded generations were built with it, if any. */
export interface PinnedGeneration {
  readonly number: number
  readonly pins: number
  readonly readBy?: readonly ModuleGeneration[]
}
