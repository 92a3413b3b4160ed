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
/** A sample may be this much younger than the server's own look at the clock. */
const AHEAD_MS = 2_000
/** Points of an answer at most: more are merged. */
const POINTS_MAX = 600

/** Samples over all lives of the server. */
export class MetricHistory {
  readonly #store: Store
  readonly #clock: Clock
  readonly #unsubscribe: () => void
  /** The stretch that the newest sample is in, for each step. */
  readonly #stretches = new Map<number, number>()
  /** Seconds that stand behind a sample are of a clock that was set back: in this life, or before its first one. */
  #newest = Number.POSITIVE_INFINITY

  constructor(store: Store, engine: Engine, clock: Clock) {
    this.#store = store
    this.#clock = clock
    this.#unsubscribe = engine.subscribe((event) => {
      if (event.type === 'sampled') this.add(event.sample)
    })
  }

  add(sample: Sample): void {
    const at = Date.parse(sample.at)
    const ended = METRIC_STEPS.slice(1).flatMap(({ seconds }, index) => this.#endedBefore(at, seconds, METRIC_STEPS[index]?.seconds ?? 1))
    const isSetBack = at < this.#newest
    this.#newest = at
    this.#store.writes.push(async (transaction) => {
      if (isSetBack) await transaction.deleteFrom('metrics').where('step_seconds', '=', 1).where('at', '>=', at).execute()
      await keep(transaction, 1, at, sample)
      for (const stretch of ended) await mergeStretch(transaction, stretch)
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
      // What stands there from before the clock was set back is not of now: a stretch that has not ended yet, and what lies ahead.
      .where('at', '<=', this.#clock.now() + AHEAD_MS - (seconds === 1 ? 0 : seconds * 1_000))
      .orderBy('at')
      .execute()
    return rows.map(({ at, sample }) => ({ at, sample: JSON.parse(sample) as Sample }))
  }

  close(): void {
    this.#unsubscribe()
  }

  /**
   * The stretch that ended before this sample, once it has; the present one is written when it ends. A clock that is set back begins another one,
   * which replaces what stood there.
   */
  #endedBefore(at: number, seconds: number, finerSeconds: number): readonly Stretch[] {
    const stepMs = seconds * 1_000
    const present = Math.floor(at / stepMs) * stepMs
    const last = this.#stretches.get(seconds)
    this.#stretches.set(seconds, present)
    if (last === present) return []
    const end = last === undefined ? present : last + stepMs
    return [{ seconds, finerSeconds, from: last ?? null, end }]
  }
}

/** From where to where samples become ones of a coarser step. `from` null: since the newest of that step, in the server's former lives. */
interface Stretch {
  readonly seconds: number
  readonly finerSeconds: number
  readonly from: number | null
  readonly end: number
}

async function mergeStretch(transaction: Transaction<Tables>, { seconds, finerSeconds, from, end }: Stretch): Promise<void> {
  const stepMs = seconds * 1_000
  const rows = await transaction
    .selectFrom('metrics')
    .select(['at', 'sample'])
    .where('step_seconds', '=', finerSeconds)
    .where('at', '>=', from ?? (await newestBefore(transaction, seconds, end)))
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

/** Where the stretch after the newest one begins. */
async function newestBefore(transaction: Transaction<Tables>, seconds: number, end: number): Promise<number> {
  const newest = await transaction
    .selectFrom('metrics')
    .select('at')
    .where('step_seconds', '=', seconds)
    .where('at', '<', end)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return newest === undefined ? 0 : newest.at + seconds * 1_000
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
