import type { GenerationTable, Staged } from '../../code/code-table.ts'
import { BodiesEnded, BodyFailure } from '../../code/running-bodies.ts'
import { InvariantError } from '../../errors.ts'
import type { Scheduler } from '../../scheduler/scheduler.ts'
import type { StageAnswer } from '../protocol.ts'
import { WORD_EPOCH } from '../shared-words.ts'
import type { Answers } from './answers.ts'

/** A change of what is current, prepared, that waits for its epoch. */
interface WaitingPublish {
  readonly epoch: number
  readonly staged: Staged | null
  apply(): void
}

/** A body may take this long on a scheduler: it ran within 5 s on trial, and this thread has other work. */
export const BODY_MS = 5_000

// Taken before any user code runs: a body may replace the global.
const OriginalPromise = Promise

/** One scheduler's side of a change of what is current: prepares it, and applies it once the epoch word shows it (GEN3). */
export class CodeDesk {
  readonly #scheduler: Scheduler
  readonly #table: GenerationTable
  readonly #epoch: Int32Array
  readonly #words: Int32Array
  readonly #answer: (id: number, value: StageAnswer) => void
  readonly #stages = new Map<number, Staged>()
  #waiting: WaitingPublish[] = []

  /** `epoch`: shared by all schedulers; `words`: the scheduler's own. `answer`: what a body that waits comes to. */
  constructor(
    scheduler: Scheduler,
    table: GenerationTable,
    epoch: Int32Array,
    words: Int32Array,
    answer: (id: number, value: StageAnswer) => void,
  ) {
    this.#scheduler = scheduler
    this.#table = table
    this.#epoch = epoch
    this.#words = words
    this.#answer = answer
  }

  readonly answers: Answers<'stage' | 'discard' | 'withdraw' | 'commit' | 'join' | 'unbind' | 'bind'> = {
    stage: ({ stage, modules, packages, behaviours }, id) => {
      const names = modules.map(({ compiled }) => compiled.module).join(', ')
      try {
        const staged = this.#table.stage(modules, packages, behaviours)
        if (staged instanceof OriginalPromise) void this.#stageWaiting(id, stage, staged, names)
        else this.#stages.set(stage, staged)
        return staged instanceof OriginalPromise ? undefined : { status: 'staged' }
      } catch (error) {
        return this.#stageFailed(error, names)
      }
    },
    discard: ({ stage }) => {
      const staged = this.#stages.get(stage)
      this.#waiting = this.#waiting.filter((waiting) => waiting.staged === null || waiting.staged !== staged)
      if (staged !== undefined) this.#table.discard(staged)
      this.#stages.delete(stage)
      return null
    },
    withdraw: ({ epoch }) => {
      this.#waiting = this.#waiting.filter((waiting) => waiting.epoch !== epoch)
      return null
    },
    commit: ({ stage, epoch }) => {
      this.#commit(stage, epoch)
      return null
    },
    join: ({ stage, epoch, modules, packages, behaviours }) => {
      const names = modules.map(({ compiled }) => compiled.module).join(', ')
      try {
        const staged = this.#table.stage(modules, packages, behaviours)
        if (staged instanceof OriginalPromise) throw new InvariantError('the body of a set that joins late waits')
        this.#stages.set(stage, staged)
      } catch (error) {
        return this.#stageFailed(error, names)
      }
      this.#commit(stage, epoch)
      return { status: 'staged' }
    },
    unbind: ({ module, epoch }) => {
      this.#waiting.push({ epoch, staged: null, apply: () => this.#table.unbind(module) })
      return null
    },
    bind: ({ module, number, epoch }) => {
      if (this.#table.instance(module, number) === undefined) return 'not_there'
      this.#waiting.push({ epoch, staged: null, apply: () => this.#table.bind({ module, number }) })
      return 'bound'
    },
  }

  /** Applies what the epoch word shows, between two turns. */
  applyEpoch(): void {
    if (this.#waiting.length === 0) return
    const epoch = Atomics.load(this.#epoch, WORD_EPOCH)
    const due = this.#waiting.filter((waiting) => waiting.epoch <= epoch)
    if (due.length === 0) return
    for (const waiting of due) waiting.apply()
    this.#waiting = this.#waiting.filter((waiting) => waiting.epoch > epoch)
    // The scheduler's own copy of the word: it looks at new code once when this moves.
    this.#words[WORD_EPOCH] = (this.#words[WORD_EPOCH] as number) + 1
  }

  async #stageWaiting(id: number, stage: number, staging: Promise<Staged>, names: string): Promise<void> {
    try {
      this.#stages.set(stage, await staging)
      this.#answer(id, { status: 'staged' })
    } catch (error) {
      this.#answer(id, this.#stageFailed(error, names))
    }
  }

  #stageFailed(error: unknown, module: string): StageAnswer {
    if (!(error instanceof BodyFailure)) throw error
    const timedOut = error.cause === this.#scheduler.registers.exit || (error.cause instanceof BodiesEnded && error.cause.reason === null)
    return timedOut ? { status: 'timeout', limitMs: BODY_MS } : { status: 'failed', module, error: error.rendered }
  }

  #commit(stage: number, epoch: number): void {
    const staged = this.#stages.get(stage)
    if (staged === undefined) throw new InvariantError(`nothing is staged as ${stage}`)
    this.#waiting.push({
      epoch,
      staged,
      apply: () => {
        this.#stages.delete(stage)
        this.#table.publish(staged)
      },
    })
  }
}
