import type { Clock, CrashReport, Engine } from '@strata/runtime'
import type { Store } from '../store/store.ts'

/** Reports that are kept; the trail has each crash's reason for good. */
const CRASHES_KEPT_MAX = 500
/** Reports are fetched together: a loop of crashes has many. */
const FETCH_MS = 500

type Parts = Pick<Store, 'db' | 'writes'> & { readonly engine: Engine; readonly clock: Clock }

/** The latest crash reports, over the lives of server and runtime. A pid and when it ended name one. */
export class CrashRecord {
  readonly #parts: Parts
  /** Oldest first, by name. */
  readonly #kept: Map<string, CrashReport>
  readonly #unsubscribe: () => void
  #waits = false
  #fetching: Promise<void> = Promise.resolve()

  static async open(parts: Parts): Promise<CrashRecord> {
    const rows = await parts.db.selectFrom('crashes').select(['id', 'report']).orderBy('at').execute()
    const record = new CrashRecord(parts, new Map(rows.map(({ id, report }) => [id, JSON.parse(report) as CrashReport])))
    record.#fetch()
    return record
  }

  private constructor(parts: Parts, kept: Map<string, CrashReport>) {
    this.#parts = parts
    this.#kept = kept
    this.#unsubscribe = parts.engine.subscribe(({ type }) => {
      if (type === 'crashed') this.#fetchSoon()
    })
  }

  /** Newest first; all that the engine has told by now. */
  async list(): Promise<readonly CrashReport[]> {
    this.#fetch()
    await this.#fetching
    return [...this.#kept.values()].toReversed()
  }

  find(pid: string, at: string): CrashReport | undefined {
    return this.#kept.get(nameOf({ pid, at }))
  }

  close(): void {
    this.#unsubscribe()
  }

  #fetchSoon(): void {
    if (this.#waits) return
    this.#waits = true
    this.#parts.clock.schedule(FETCH_MS, () => {
      this.#waits = false
      this.#fetch()
    })
  }

  #fetch(): void {
    this.#fetching = this.#fetching.then(async () => {
      // A runtime that is away has nothing to tell; what it told before is here.
      const told = await this.#parts.engine.crashes().catch(() => [])
      for (const crash of told.toReversed()) this.#keep(crash)
    })
  }

  #keep(crash: CrashReport): void {
    const id = nameOf(crash)
    if (this.#kept.has(id)) return
    this.#kept.set(id, crash)
    const gone = [...this.#kept.keys()].slice(0, Math.max(0, this.#kept.size - CRASHES_KEPT_MAX))
    for (const old of gone) this.#kept.delete(old)
    const row = { id, at: Date.parse(crash.at), report: JSON.stringify(crash) }
    this.#parts.writes.push(async (transaction) => {
      await transaction
        .insertInto('crashes')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
      if (gone.length > 0) await transaction.deleteFrom('crashes').where('id', 'in', gone).execute()
    })
  }
}

function nameOf({ pid, at }: { readonly pid: string; readonly at: string }): string {
  return `${pid} ${at}`
}
