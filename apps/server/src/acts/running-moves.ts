import { type By, describeMove, type Engine, EngineError, type MoveOutcome, type MovePlan } from '@strata/runtime'
import type { ActRegistry } from './act-registry.ts'
import type { MovedItem } from './receipt.ts'
import type { RunningActs } from './running-acts.ts'

const ANSWERED = AbortSignal.abort()

interface Parts {
  readonly engine: Engine
  readonly acts: ActRegistry
  readonly running: RunningActs
}

/** Moves that go on after their call was answered: their receipt fills, and they can be stopped between two processes. */
export class RunningMoves {
  readonly #parts: Parts
  readonly #stops = new Map<string, AbortController>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Resolves as soon as the first processes have had their turn. Rejects when the plan was refused: nobody was touched then. */
  begin(id: string, plan: MovePlan, ratePerSecond: number | undefined, by: By): Promise<void> {
    const begun = Promise.withResolvers<void>()
    const stop = new AbortController()
    this.#stops.set(id, stop)
    this.#parts.running
      .during(ANSWERED, () => this.#run(id, plan, ratePerSecond, by, stop.signal, begun.resolve))
      .catch(begun.reject)
      .finally(() => this.#stops.delete(id))
    return begun.promise
  }

  /** Its act was asked to stop. */
  stop(id: string): void {
    this.#stops.get(id)?.abort()
  }

  /** The server stops: what has not had its turn is left where it is. */
  stopAll(): void {
    for (const id of this.#stops.keys()) {
      this.#parts.acts.askStop(id)
      this.stop(id)
    }
  }

  async #run(
    id: string,
    plan: MovePlan,
    ratePerSecond: number | undefined,
    by: By,
    signal: AbortSignal,
    onBegun: () => void,
  ): Promise<void> {
    const { engine, acts } = this.#parts
    const told: MovedItem[] = []
    const onProgress = (outcomes: readonly MoveOutcome[]): void => {
      told.push(...outcomes.filter((outcome) => !isLeft(outcome, signal)).map((outcome) => itemOf(outcome)))
      acts.progress(id, { verb: 'move', outcomes: told })
      onBegun()
    }
    try {
      await engine.move(plan, by, { signal, onProgress, ...(ratePerSecond === undefined ? {} : { ratePerSecond }) })
      acts.finish(id, { verb: 'move', outcomes: told })
      onBegun()
    } catch (error) {
      if (told.length === 0) throw error
      acts.fail(
        id,
        'interrupted',
        error instanceof EngineError && error.fault.code !== 'changed_meanwhile' ? error.fault : { code: 'internal', id },
      )
    }
  }
}

/** Its turn did not come because somebody asked for a stop: the act did not touch it. */
function isLeft(outcome: MoveOutcome, signal: AbortSignal): boolean {
  return signal.aborted && outcome.status === 'skipped' && outcome.why.code === 'stopped'
}

function itemOf(outcome: MoveOutcome): MovedItem {
  return { pid: outcome.pid, status: outcome.status, why: describeMove(outcome) }
}
