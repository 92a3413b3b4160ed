import type { Clock } from '../clock.ts'
import type { EventBody } from '../events.ts'
import { formatModuleGeneration, type ModuleGeneration } from '../ids.ts'
import type { ReachedView, ReclaimView } from '../inspect/views.ts'
import type { SchedulerEvent } from '../scheduler/scheduler-events.ts'

/** What is left of a generation after its purge. */
interface Remaining {
  readonly purgedAt: number
  /** Schedulers that have not freed it. */
  readonly pending: Set<number>
  reclaimed: ReclaimView
  reached: ReachedView | null
  /** Epoch milliseconds of the last event that told of reached code. */
  toldAt: number
}

/** An event for reached code at most this often per generation; the history counts each time. */
const TELL_REACHED_EVERY_MS = 60_000

/** Knows of purged generations whether their memory is free again, and how often their code was reached since (PIN6, PIN7). */
export class Remains {
  readonly #clock: Clock
  readonly #schedulers: readonly number[]
  readonly #emit: (event: EventBody) => void
  readonly #purged = new Map<string, Remaining>()

  constructor(clock: Clock, schedulers: readonly number[], emit: (event: EventBody) => void) {
    this.#clock = clock
    this.#schedulers = schedulers
    this.#emit = emit
  }

  purged({ module, number }: ModuleGeneration): void {
    this.#of(module, number)
  }

  /** Without a record it was purged in an earlier life of the runtime, with which its memory went. */
  reclaimOf(module: string, number: number): ReclaimView {
    return this.#purged.get(formatModuleGeneration(module, number))?.reclaimed ?? { status: 'confirmed', tookMs: null }
  }

  reachedOf(module: string, number: number): ReachedView | null {
    return this.#purged.get(formatModuleGeneration(module, number))?.reached ?? null
  }

  onEvent(scheduler: number, event: Extract<SchedulerEvent, { type: 'reclaimed' | 'retained' | 'purged_reached' }>): void {
    const { module, generation: number } = event
    const remaining = this.#of(module, number)
    const now = this.#clock.now()
    switch (event.type) {
      case 'reclaimed':
        this.#freed(scheduler, remaining, event.tookMs)
        return
      case 'retained':
        if (remaining.reclaimed.status === 'retained') return
        remaining.reclaimed = { status: 'retained', since: new Date(remaining.purgedAt).toISOString() }
        this.#emit({ type: 'retained', module, number })
        return
      case 'purged_reached': {
        const { count, at, from } = event
        const total = (remaining.reached?.count ?? 0) + count
        remaining.reached = { count: total, last: new Date(now).toISOString(), at, from }
        if (now - remaining.toldAt < TELL_REACHED_EVERY_MS) return
        remaining.toldAt = now
        this.#emit({ type: 'purged_code_reached', module, number, count: total, place: at, from })
      }
    }
  }

  /** A scheduler's thread ended, and its memory with it. */
  schedulerEnded(scheduler: number): void {
    const now = this.#clock.now()
    for (const remaining of this.#purged.values()) this.#freed(scheduler, remaining, now - remaining.purgedAt)
  }

  /** Confirmed by the last scheduler that frees it. */
  #freed(scheduler: number, remaining: Remaining, tookMs: number): void {
    if (remaining.pending.delete(scheduler) && remaining.pending.size === 0) remaining.reclaimed = { status: 'confirmed', tookMs }
  }

  #of(module: string, number: number): Remaining {
    const key = formatModuleGeneration(module, number)
    let remaining = this.#purged.get(key)
    if (remaining === undefined) {
      const purgedAt = this.#clock.now()
      remaining = {
        purgedAt,
        pending: new Set(this.#schedulers),
        reclaimed: { status: 'pending', since: new Date(purgedAt).toISOString() },
        reached: null,
        toldAt: Number.NEGATIVE_INFINITY,
      }
      this.#purged.set(key, remaining)
    }
    return remaining
  }
}
