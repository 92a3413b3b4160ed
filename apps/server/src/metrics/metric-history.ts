import type { Clock, Engine, Sample } from '@strata/runtime'
import type { Kysely, Transaction } from 'kysely'
import type { Store } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'
import { mergeSamples, mergeSteps } from './merge-samples.ts'

/** How closely and how long samples are kept: 1 s for 15 min, 10 s for 6 h, 1 min for 30 days. */
const METRIC_STEPS = [
  { seconds: 1, keptMs: 15 * 60_000 },
  { seconds: 10, keptMs: 6 * 60 * 60_000 },
  { seconds: 60, keptMs: 30 * 24 * 60 * 60_000 },
] as const

/** A range is asked for from the beginning of its minute. */
const ASKED_LATE_MS = 60_000
const TAIL_STEP_MS = 10_000
/** Points of an answer at most: more are merged. */
const POINTS_MAX = 600

/** Samples over all lives of the server. */
export class MetricHistory {
  readonly #store: Store
  readonly #clock: Clock
  readonly #unsubscribe: () => void

  constructor(store: Store, engine: Engine, clock: Clock) {
    this.#store = store
    this.#clock = clock
    this.#unsubscribe = engine.subscribe((event) => {
      if (event.type === 'sampled') this.add(event.sample)
    })
  }

  add(sample: Sample): void {
    const at = Date.parse(sample.at)
    this.#store.writes.push(async (transaction) => {
      await keep(transaction, 1, at, sample)
      for (const [index, { seconds }] of METRIC_STEPS.entries()) {
        const finer = METRIC_STEPS[index - 1]
        if (finer !== undefined) await this.#merge(transaction, seconds, finer.seconds, at)
      }
    })
  }

  /** Oldest first, as close as they are kept for the whole time since. */
  async since(sinceMs: number): Promise<readonly Sample[]> {
    await this.#store.writes.flushed()
    const ageMs = this.#clock.now() - sinceMs
    const step = METRIC_STEPS.find(({ keptMs }) => ageMs <= keptMs + ASKED_LATE_MS) ?? METRIC_STEPS[2]
    const rows = await this.#read(step.seconds, sinceMs)
    // The stretch that has not ended yet stands in the seconds.
    const newest = rows.at(-1)
    const tail = step.seconds === 1 ? [] : await this.#read(1, newest === undefined ? sinceMs : newest.at + step.seconds * 1_000)
    const samples = [
      ...rows.map(({ sample }) => sample),
      ...mergeSteps(
        tail.map(({ sample }) => sample),
        TAIL_STEP_MS,
      ),
    ]
    if (samples.length <= POINTS_MAX) return samples
    return mergeSteps(samples, Math.ceil(ageMs / POINTS_MAX / 1_000) * 1_000)
  }

  async #read(seconds: number, sinceMs: number): Promise<readonly { readonly at: number; readonly sample: Sample }[]> {
    const rows = await this.#store.db
      .selectFrom('metrics')
      .select(['at', 'sample'])
      .where('step_seconds', '=', seconds)
      .where('at', '>=', sinceMs)
      .orderBy('at')
      .execute()
    return rows.map(({ at, sample }) => ({ at, sample: JSON.parse(sample) as Sample }))
  }

  close(): void {
    this.#unsubscribe()
  }

  /** The stretch that ended before this sample, once it has; the present one is written when it ends. */
  async #merge(transaction: Transaction<Tables>, seconds: number, finerSeconds: number, at: number): Promise<void> {
    const stepMs = seconds * 1_000
    const end = Math.floor(at / stepMs) * stepMs
    const newest = await transaction
      .selectFrom('metrics')
      .select('at')
      .where('step_seconds', '=', seconds)
      .orderBy('at', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (newest !== undefined && newest.at >= end - stepMs) return
    const from = newest === undefined ? 0 : newest.at + stepMs
    const rows = await transaction
      .selectFrom('metrics')
      .select(['at', 'sample'])
      .where('step_seconds', '=', finerSeconds)
      .where('at', '>=', from)
      .where('at', '<', end)
      .orderBy('at')
      .execute()
    const steps = new Map<number, Sample[]>()
    for (const row of rows) {
      const step = Math.floor(row.at / stepMs) * stepMs
      steps.set(step, [...(steps.get(step) ?? []), JSON.parse(row.sample) as Sample])
    }
    for (const [step, samples] of steps) {
      const merged = mergeSamples(samples)
      if (merged !== undefined) await keep(transaction, seconds, step, merged)
    }
  }
}

/** Leaves out what is older than its step is kept for. */
export async function retireMetrics(db: Kysely<Tables>, nowMs: number): Promise<void> {
  for (const { seconds, keptMs } of METRIC_STEPS)
    await db
      .deleteFrom('metrics')
      .where('step_seconds', '=', seconds)
      .where('at', '<', nowMs - keptMs)
      .execute()
}

async function keep(transaction: Transaction<Tables>, seconds: number, at: number, sample: Sample): Promise<void> {
  const row = { step_seconds: seconds, at, sample: JSON.stringify(sample) }
  await transaction
    .insertInto('metrics')
    .values(row)
    .onConflict((conflict) => conflict.columns(['step_seconds', 'at']).doUpdateSet(row))
    .execute()
}
