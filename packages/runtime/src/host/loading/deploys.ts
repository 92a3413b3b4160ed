import type { SystemConfig } from '../../config.ts'
import { EngineError } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { Loader } from './loader.ts'
import { askAll } from '../fleet/fleet.ts'
import { addCounts, pinsOf, VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'

const DEPLOYS: By = { actor: 'system', reason: 'deploys of strata.config.ts' }
const LOOK_EVERY_MS = 250

/** Carries out the `deploys` of a system's configuration, each once enough processes pin its module's current generation. */
export class Deploys {
  readonly #parts: RuntimeParts
  readonly #loader: Loader
  readonly #waiting: NonNullable<SystemConfig['deploys']>[number][]
  #cancel: () => void = () => {}
  #stopped = false

  constructor(parts: RuntimeParts, loader: Loader, deploys: NonNullable<SystemConfig['deploys']>) {
    this.#parts = parts
    this.#loader = loader
    this.#waiting = [...deploys]
  }

  start(): void {
    if (this.#stopped || this.#waiting.length === 0) return
    this.#cancel = this.#parts.clock.schedule(LOOK_EVERY_MS, () => void this.#look())
  }

  stop(): void {
    this.#stopped = true
    this.#cancel()
  }

  async #look(): Promise<void> {
    const [next] = this.#waiting
    if (next === undefined || this.#stopped) return
    try {
      const { module, text, origin } = await this.#parts.folder.readFile(next.file)
      const current = this.#parts.code.current(module)
      const counts = addCounts(await askAll(this.#parts.fleet.links(), 'pinCounts', {}, VIEW_WAIT_MS))
      if (current !== undefined && pinsOf(counts, module, current.number) >= next.whenPins) {
        this.#waiting.shift()
        await this.#loader.load({ sources: [{ module, text, origin }], old: 'keep', note: next.note }, DEPLOYS, 'unread')
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      if (error.fault.code !== 'scheduler_held') {
        this.#waiting.shift()
        this.#parts.emit({ type: 'error', message: `deploy of ${next.file} was refused: ${error.fault.code}` })
      }
    }
    this.start()
  }
}
