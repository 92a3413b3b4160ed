import type { Descriptor, Iteration } from '../abi.ts'
import { ownerOf } from '../process/frame.ts'
import { ownSet, PROCESS_DEAD } from '../process/process.ts'
import type { OpenIterator } from '../process/process.ts'
import type { Core } from './core.ts'

/** Async generators that were begun and have not finished: each pins its generation for as long as its object can be reached (PIN1). */
export class OpenIterators {
  readonly #core: Core
  /** Tells when the last reference to one was dropped without finishing it. */
  readonly #dropped = new FinalizationRegistry<WeakRef<OpenIterator>>((held) => {
    const iterator = held.deref()
    if (iterator !== undefined) this.close(iterator)
  })

  constructor(core: Core) {
    this.#core = core
  }

  /** Belongs to the process that runs it; one whose process has ended belongs to the next that goes on with it. */
  open(descriptor: Descriptor, generator: object, known: Iteration | undefined): OpenIterator {
    const before = known as OpenIterator | undefined
    if (before !== undefined && before.process.state !== PROCESS_DEAD) return before
    const core = this.#core
    const process = core.current ?? core.owner() ?? core.nobody
    const iterator: OpenIterator = {
      descriptor,
      owner: ownerOf(descriptor),
      process,
      object: new WeakRef(generator),
      since: before?.since ?? core.nowMs,
      site: before?.site ?? -1,
    }
    ownSet(process, 'iterators').add(iterator)
    core.census.note(process)
    // Held strongly here, the record would keep its module's state alive, and that the generator.
    this.#dropped.register(generator, new WeakRef(iterator), iterator)
    return iterator
  }

  close(iteration: Iteration): void {
    const iterator = iteration as OpenIterator
    this.#dropped.unregister(iterator)
    if (iterator.process.relations?.iterators.delete(iterator) !== true) return
    this.#core.census.note(iterator.process)
  }
}
