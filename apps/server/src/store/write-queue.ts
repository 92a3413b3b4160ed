import { type Clock, EngineError } from '@strata/runtime'
import type { Kysely, Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** Writes that failed are tried again after this long. */
const RETRY_MS = 1_000
/** Writes of one transaction: more wait for the next. */
const BATCH_MAX = 500

export type Write = (transaction: Transaction<Tables>) => Promise<void>

/** Writes in their order, those that wait together in one transaction, and tells what is not durable yet. */
export class WriteQueue {
  readonly #db: Kysely<Tables>
  readonly #clock: Clock
  readonly #waiting: Write[] = []
  #writing: Promise<void> | undefined
  #failure: string | undefined
  #cancelRetry: () => void = () => {}

  constructor(db: Kysely<Tables>, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  push(write: Write): void {
    this.#waiting.push(write)
    if (this.#failure === undefined) this.#start()
  }

  /** Waits for everything pushed so far. Rejects with `not_durable` when it could not be written; it is tried on. */
  async settled(): Promise<void> {
    await this.#writing
    if (this.#failure !== undefined) throw new EngineError({ code: 'not_durable', why: this.#failure, done: true })
  }

  /** Waits for what is being written: a reader then reads its own writes, as far as they could be written. */
  async flushed(): Promise<void> {
    await this.#writing
  }

  /** What could not be written until now is given up. */
  async close(): Promise<void> {
    this.#cancelRetry()
    await this.#writing
    this.#cancelRetry()
  }

  #start(): void {
    if (this.#writing === undefined && this.#waiting.length > 0) this.#writing = this.#writeAll()
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH_MAX)
      try {
        await this.#db.transaction().execute(async (transaction) => {
          for (const write of batch) await write(transaction)
        })
      } catch (error) {
        this.#failure = error instanceof Error ? error.message : String(error)
        this.#cancelRetry = this.#clock.schedule(RETRY_MS, () => this.#start())
        break
      }
      this.#waiting.splice(0, batch.length)
      this.#failure = undefined
    }
    this.#writing = undefined
  }
}
