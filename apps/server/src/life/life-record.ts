import type { Clock } from '@strata/runtime'
import type { Store } from '../store/store.ts'
import type { FormerLife } from './decide-start.ts'

/** How closely it is known when a server crashed. */
const SEEN_EVERY_MS = 5_000
/** Lives of which is told. */
const LIVES_READ = 20

/** Former lives, newest first. */
export async function readLives({ db }: Store): Promise<readonly FormerLife[]> {
  const rows = await db.selectFrom('lives').selectAll().orderBy('number', 'desc').orderBy('began_at', 'desc').limit(LIVES_READ).execute()
  return rows.map((row) => ({
    beganAt: row.began_at,
    readyAt: row.ready_at,
    seenAt: row.seen_at,
    endedAt: row.ended_at,
    safe: row.safe !== 0,
  }))
}

/** This life of the server in the store: that it began, serves, is there, and was stopped. What is missing at the end tells of a crash. */
export class LifeRecord {
  readonly #store: Store
  readonly #clock: Clock
  readonly #life: string
  #cancel: () => void = () => {}

  static async begin(store: Store, clock: Clock, life: string, safe: boolean): Promise<LifeRecord> {
    const now = clock.now()
    const newest = await store.db.selectFrom('lives').select('number').orderBy('number', 'desc').limit(1).executeTakeFirst()
    await store.db
      .insertInto('lives')
      .values({ life, number: (newest?.number ?? 0) + 1, began_at: now, ready_at: null, seen_at: now, ended_at: null, safe: safe ? 1 : 0 })
      .execute()
    return new LifeRecord(store, clock, life)
  }

  private constructor(store: Store, clock: Clock, life: string) {
    this.#store = store
    this.#clock = clock
    this.#life = life
  }

  ready(): void {
    const now = this.#clock.now()
    this.#write({ ready_at: now, seen_at: now })
    this.#watch()
  }

  /** It is no longer in safe mode: what it does from now on counts. */
  leftSafeMode(): void {
    const now = this.#clock.now()
    this.#write({ safe: 0, ready_at: now, seen_at: now })
  }

  ended(): void {
    this.#cancel()
    this.#write({ ended_at: this.#clock.now() })
  }

  #watch(): void {
    this.#cancel = this.#clock.schedule(SEEN_EVERY_MS, () => {
      this.#write({ seen_at: this.#clock.now() })
      this.#watch()
    })
  }

  #write(values: { ready_at?: number; seen_at?: number; ended_at?: number; safe?: number }): void {
    const life = this.#life
    this.#store.writes.push(async (transaction) => {
      await transaction.updateTable('lives').set(values).where('life', '=', life).execute()
    })
  }
}
