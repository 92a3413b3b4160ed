import type { Clock } from '../clock.ts'
import type { RetiredCounter } from '../code/purge-gate.ts'
import type { SchedulerEvent } from './scheduler-events.ts'

/** Longer than this, and it is told that something still reaches the code (PIN7). */
const RETAINED_AFTER_MS = 60_000
/** Full collections after which what is still there is reached: one that was under way at the purge may have passed the code already. */
const COLLECTIONS_NEEDED = 2
/** Between two collections that are asked for: what the first one found is told in a task of its own. */
const BETWEEN_COLLECTIONS_MS = 200

interface Watched {
  readonly module: string
  readonly generation: number
  /** Monotonic milliseconds. */
  readonly since: number
  readonly collectionsBefore: number
  told: boolean
}

interface Surroundings {
  readonly clock: Clock
  emit(event: SchedulerEvent): void
  /** Collects garbage now; false when that would hold the scheduler for too long, and nothing is done. */
  collect(): boolean
}

/**
 * Tells when V8 has freed the code of purged generations. What is watched is the counter that only the generation's own code reaches: each of its functions
 * stands in its scope.
 */
export class ReclaimWatch {
  readonly #surroundings: Surroundings
  readonly #pending = new Map<string, Watched>()
  readonly #freed = new FinalizationRegistry<string>((label) => this.#reclaimed(label))
  /** An object that nobody holds: it is gone after each full collection. */
  readonly #collected = new FinalizationRegistry<null>(() => this.#onCollection())
  #collections = 0
  #armed = false
  #asking = false

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  watch(counter: RetiredCounter): void {
    const { module, generation, label } = counter
    const { clock } = this.#surroundings
    this.#pending.set(label, { module, generation, since: clock.monotonicMs(), collectionsBefore: this.#collections, told: false })
    this.#freed.register(counter, label)
    this.#arm()
    clock.schedule(RETAINED_AFTER_MS, () => {
      if (this.#pending.has(label)) this.#ask(COLLECTIONS_NEEDED)
    })
  }

  #arm(): void {
    if (this.#armed || this.#pending.size === 0) return
    this.#armed = true
    this.#collected.register({}, null)
  }

  #onCollection(): void {
    this.#armed = false
    this.#collections++
    this.#tellRetained()
    this.#arm()
  }

  #reclaimed(label: string): void {
    const watched = this.#pending.get(label)
    if (watched === undefined) return
    this.#pending.delete(label)
    const { module, generation, since } = watched
    const { clock, emit } = this.#surroundings
    emit({ type: 'reclaimed', module, generation, tookMs: Math.round(clock.monotonicMs() - since) })
  }

  #ask(times: number): void {
    if (this.#asking && times === COLLECTIONS_NEEDED) return
    const { clock, collect } = this.#surroundings
    this.#asking = times > 0 && collect()
    if (this.#asking) clock.schedule(BETWEEN_COLLECTIONS_MS, () => this.#ask(times - 1))
    this.#tellRetained()
  }

  #tellRetained(): void {
    const { clock, emit } = this.#surroundings
    const now = clock.monotonicMs()
    for (const watched of this.#pending.values()) {
      const { module, generation, since, collectionsBefore } = watched
      if (watched.told || now - since < RETAINED_AFTER_MS || this.#collections - collectionsBefore < COLLECTIONS_NEEDED) continue
      watched.told = true
      emit({ type: 'retained', module, generation })
    }
  }
}
