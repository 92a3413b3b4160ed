import { randomBytes } from 'node:crypto'
import { type Clock, EngineError } from '@strata/runtime'
import type { Kysely, Transaction } from 'kysely'
import { failureText } from './database-failure.ts'
import type { Tables } from './tables.ts'

/** Writes that failed are tried again after this long. */
const RETRY_MS = 1_000
/** Writes of one transaction: more wait for the next. */
const BATCH_MAX = 500
/** The setting that says which batch was committed last. */
const LAST_BATCH = 'last_batch'

export type Write = (transaction: Transaction<Tables>) => Promise<void>

/** Writes that become durable together. */
interface Batch {
  readonly id: string
  readonly writes: readonly Write[]
}

/** Writes in their order, those that wait together in one transaction, and tells what is not durable yet. */
export class WriteQueue {
  readonly #db: Kysely<Tables>
  readonly #clock: Clock
  #waiting: Write[] = []
  /** What is being written, the same until it is: of a commit whose answer was lost nobody knows whether it was done. */
  #batch: Batch | undefined
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

  /** Refuses with `not_durable`, before anything is done, what could not be kept. */
  requireWritable(): void {
    if (this.#failure !== undefined) throw new EngineError({ code: 'not_durable', why: this.#failure, done: false })
  }

  /** Why nothing can be written at present. */
  get failure(): string | null {
    return this.#failure ?? null
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
    if (this.#writing === undefined && (this.#batch !== undefined || this.#waiting.length > 0)) this.#writing = this.#writeAll()
  }

  async #writeAll(): Promise<void> {
    // What belongs together is pushed in one go, and becomes durable together: an act's end and its entry.
    await Promise.resolve()
    for (let batch = this.#nextBatch(); batch !== undefined; batch = this.#nextBatch()) {
      try {
        await this.#commit(batch)
      } catch (error) {
        this.#failure = failureText(error)
        this.#cancelRetry = this.#clock.schedule(RETRY_MS, () => this.#start())
        break
      }
      this.#batch = undefined
      this.#failure = undefined
    }
    this.#writing = undefined
  }

  #nextBatch(): Batch | undefined {
    if (this.#batch === undefined && this.#waiting.length > 0) {
      this.#batch = { id: randomBytes(8).toString('hex'), writes: this.#waiting.slice(0, BATCH_MAX) }
      this.#waiting = this.#waiting.slice(BATCH_MAX)
    }
    return this.#batch
  }

  async #commit({ id, writes }: Batch): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      if (this.#failure !== undefined) {
        const last = await transaction.selectFrom('settings').select('value').where('name', '=', LAST_BATCH).executeTakeFirst()
        if (last?.value === id) return
      }
      for (const write of writes) await write(transaction)
      const row = { name: LAST_BATCH, value: id }
      await transaction
        .insertInto('settings')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute()
    })
  }
}
