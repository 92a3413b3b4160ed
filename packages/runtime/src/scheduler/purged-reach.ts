import type { RetiredCounter } from '../code/purge-gate.ts'
import type { Core } from './core.ts'
import { nativeFrames } from './native-stack.ts'

/** At most one event per generation in this time; what comes in between is counted into the next. */
const TELL_EVERY_MS = 250
/** Frames of ours and of purged code above the caller's. */
const STACK_FRAMES = 40

interface Reached {
  count: number
  at: string | null
  from: string | null
}

/** Counts each time code of a purged generation is reached, with the place of the caller (PIN6). */
export class PurgedReach {
  readonly #core: Core
  readonly #waiting = new Map<string, Reached>()

  constructor(core: Core) {
    this.#core = core
  }

  note(counter: RetiredCounter): void {
    const waiting = this.#waiting.get(counter.label)
    if (waiting !== undefined) {
      waiting.count++
      return
    }
    // The purged code's own frames are not known any more, or its own still, while the decision travels.
    const caller = nativeFrames(this.#core, STACK_FRAMES).find(
      ({ owner }) => owner?.module !== counter.module || owner.generation !== counter.generation,
    )
    const owner = caller?.owner ?? null
    this.#tell(counter, {
      count: 1,
      at: caller?.at ?? null,
      from: owner === null ? null : `${owner.module}@${owner.generation}`,
    })
    this.#waiting.set(counter.label, {
      count: 0,
      at: caller?.at ?? null,
      from: owner === null ? null : `${owner.module}@${owner.generation}`,
    })
    this.#core.options.clock.schedule(TELL_EVERY_MS, () => {
      const later = this.#waiting.get(counter.label)
      this.#waiting.delete(counter.label)
      if (later !== undefined && later.count > 0) this.#tell(counter, later)
    })
  }

  #tell({ module, generation }: RetiredCounter, { count, at, from }: Reached): void {
    this.#core.options.emit({ type: 'purged_reached', module, generation, count, at, from })
  }
}
