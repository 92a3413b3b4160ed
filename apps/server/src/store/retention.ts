import type { Clock, JournalEntry } from '@strata/runtime'
import { steadyClock } from '../forward-clock.ts'
import { retireMetrics } from '../metrics/metric-history.ts'
import type { Store } from './store.ts'

/** How long the text of a purged generation stays. Its facts, who loaded it and why, stay for good. */
export const SOURCES_KEPT_MS = 365 * 24 * 60 * 60_000
const PLANS_KEPT_MS = 24 * 60 * 60_000
/** A crash report may hold a message of its process. */
const CRASHES_KEPT_MS = 30 * 24 * 60 * 60_000
const ACTS_KEPT_MAX = 10_000
const FIRST_MS = 60_000
const EVERY_MS = 10 * 60_000

interface Removable {
  readonly module: string
  readonly number: number
}

/**
 * Generations whose text may go: purged before `beforeMs`. Never what is loaded, was current before the present one, is marked keep, or is marked
 * bad, whose content is refused by comparison.
 */
export function chooseRemovable(entries: readonly JournalEntry[], beforeMs: number): readonly Removable[] {
  const purgedAt = new Map<string, number>()
  const marked = new Set<string>()
  const currents = new Map<string, number[]>()
  const known: Removable[] = []
  const makeCurrent = (module: string, number: number): void => {
    currents.set(module, [...(currents.get(module) ?? []).filter((one) => one !== number), number])
  }
  for (const entry of entries) {
    switch (entry.type) {
      case 'loaded':
        for (const { module, number } of entry.generations) {
          known.push({ module, number })
          makeCurrent(module, number)
        }
        break
      case 'rebound':
        makeCurrent(entry.module, entry.number)
        break
      case 'purged':
        purgedAt.set(`${entry.module}@${entry.number}`, Date.parse(entry.mark.at))
        break
      case 'marked':
        marked.add(`${entry.module}@${entry.number}:${entry.kind}`)
        break
      case 'unmarked':
        marked.delete(`${entry.module}@${entry.number}:${entry.kind}`)
        break
    }
  }
  return known.filter(({ module, number }) => {
    const name = `${module}@${number}`
    const latest = (currents.get(module) ?? []).slice(-2)
    return (
      (purgedAt.get(name) ?? Number.POSITIVE_INFINITY) < beforeMs &&
      !latest.includes(number) &&
      !marked.has(`${name}:keep`) &&
      !marked.has(`${name}:bad`)
    )
  })
}

/** Leaves out what has been kept long enough. The trail and the facts of generations are kept for good. */
export async function retire(store: Store, nowMs: number): Promise<void> {
  const { db } = store
  await retireMetrics(db, nowMs)
  await db.deleteFrom('sessions').where('expires_at', '<', nowMs).execute()
  await db
    .deleteFrom('plans')
    .where('expires_at', '<', nowMs - PLANS_KEPT_MS)
    .execute()
  await db
    .deleteFrom('crashes')
    .where('at', '<', nowMs - CRASHES_KEPT_MS)
    .execute()
  const oldest = await db
    .selectFrom('acts')
    .select('started_at')
    .orderBy('started_at', 'desc')
    .offset(ACTS_KEPT_MAX)
    .limit(1)
    .executeTakeFirst()
  if (oldest !== undefined)
    await db.deleteFrom('acts').where('started_at', '<=', oldest.started_at).where('status', '!=', 'running').execute()
  await retireSources(store, nowMs - SOURCES_KEPT_MS)
}

async function retireSources({ db, journal }: Store, beforeMs: number): Promise<void> {
  const removable = new Set(chooseRemovable(await journal.entries(), beforeMs).map(({ module, number }) => `${module}@${number}`))
  if (removable.size === 0) return
  const rows = await db.selectFrom('generations').select(['module', 'number', 'source_hash']).execute()
  const needed = new Set(rows.filter(({ module, number }) => !removable.has(`${module}@${number}`)).map((row) => row.source_hash))
  const gone = new Set(rows.map((row) => row.source_hash).filter((hash) => !needed.has(hash)))
  for (const hash of gone) await db.deleteFrom('contents').where('hash', '=', hash).where('kind', '=', 'source').execute()
}

/** Looks from time to time until the returned function is called; what cannot be done now is done later. */
export function keepRetention(store: Store, clock: Clock): () => void {
  const steady = steadyClock(clock)
  let cancel = clock.schedule(FIRST_MS, look)
  function look(): void {
    const again = (): void => {
      cancel = clock.schedule(EVERY_MS, look)
    }
    retire(store, Math.min(clock.now(), steady.now())).then(again, again)
  }
  return () => cancel()
}
