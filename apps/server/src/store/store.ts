import type { Clock } from '@strata/runtime'
import type { Kysely } from 'kysely'
import { AuditTrail } from '../audit/audit-trail.ts'
import { migrate } from './open-database.ts'
import { openFolder, openMemory } from './open-file.ts'
import { openPostgres } from './open-postgres.ts'
import type { PostgresPlace } from './postgres-connection.ts'
import { StoredJournal } from './stored-journal.ts'
import type { Tables } from './tables.ts'
import { WriteQueue } from './write-queue.ts'

/** A folder with a file of SQLite's, or a PostgreSQL; `null` keeps it in memory. */
export type StorePlace = string | PostgresPlace | null

/** What is kept, and the one way to write it. */
export interface Store {
  /** As sentences name it. */
  readonly name: string
  readonly db: Kysely<Tables>
  readonly writes: WriteQueue
  readonly journal: StoredJournal
  readonly audit: AuditTrail
  /** Everything pushed so far is durable; rejects with `not_durable`. */
  settled(): Promise<void>
  /** Copies all that it holds to a new file, as it is at one moment. */
  copyTo(path: string): Promise<void>
  /** What went wrong with its database and the way out, as a `StoreFailure`; the error itself where that says nothing of it. */
  sentenceFor(error: unknown): unknown
  close(): Promise<void>
}

/** Opens a store as its one server, made when there is none. Throws `StoreFailure`. */
export async function openStore(place: StorePlace, clock: Clock): Promise<Store> {
  const opened = place === null ? openMemory() : typeof place === 'string' ? openFolder(place) : await openPostgres(place)
  const { db, name } = opened
  try {
    await migrate(opened)
    await opened.claim()
    const writes = new WriteQueue(db, clock)
    return {
      name,
      db,
      writes,
      journal: new StoredJournal(db),
      audit: await AuditTrail.open(db, writes),
      settled: () => writes.settled(),
      copyTo: (path) => opened.copyTo(path),
      sentenceFor: (error) => opened.sentenceFor(error),
      async close() {
        await writes.close()
        await opened.close()
      },
    }
  } catch (error) {
    await opened.close()
    throw opened.sentenceFor(error)
  }
}
