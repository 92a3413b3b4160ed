import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '@strata/runtime'
import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { AuditTrail } from '../audit/audit-trail.ts'
import { type FolderLock, lockFolder } from './folder-lock.ts'
import { MIGRATIONS } from './migrations.ts'
import { isDamaged, openDatabase, sqliteDialect } from './sqlite.ts'
import { StoreFailure } from './store-failure.ts'
import { StoredJournal } from './stored-journal.ts'
import type { Tables } from './tables.ts'
import { WriteQueue } from './write-queue.ts'

export const STORE_FILE = 'strata.db'

/** What is kept, and the one way to write it. */
export interface Store {
  /** Its folder; `null` in memory. */
  readonly folder: string | null
  readonly db: Kysely<Tables>
  readonly writes: WriteQueue
  readonly journal: StoredJournal
  readonly audit: AuditTrail
  /** Everything pushed so far is durable; rejects with `not_durable`. */
  settled(): Promise<void>
  close(): Promise<void>
  readonly database: DatabaseSync
}

/** Opens the store in a folder of its own, made when there is none; `null` keeps it in memory. Throws `StoreFailure`. */
export async function openStore(folder: string | null, clock: Clock): Promise<Store> {
  if (folder === null) return joinStore(openDatabase(':memory:'), null, clock, { release: () => {} })
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  } catch (error) {
    throw new StoreFailure(`${folder} cannot be written (${codeOf(error)}): name another folder with STRATA_DATA=…`)
  }
  const lock = lockFolder(folder)
  const file = join(folder, STORE_FILE)
  try {
    const store = await joinStore(openFile(file), folder, clock, lock)
    chmodSync(file, 0o600)
    return store
  } catch (error) {
    lock.release()
    throw isDamaged(error) ? new StoreFailure(damagedSentence(file)) : error
  }
}

/** Brings a database to the present schema. Throws `StoreFailure` for one of a later release. */
async function migrate(db: Kysely<Tables>, name: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  const text = error instanceof Error ? error.message : ''
  if (text.includes('corrupted migrations')) {
    throw new StoreFailure(
      `${name} was written by a later release of Strata (${text}): start that release, or restore a backup of this one`,
    )
  }
  throw error
}

function openFile(file: string): DatabaseSync {
  const known = existsSync(file)
  const database = openDatabase(file)
  if (!known) return database
  const [first] = database.prepare('PRAGMA quick_check(1)').all()
  if (first?.['quick_check'] === 'ok') return database
  database.close()
  throw new StoreFailure(damagedSentence(file))
}

async function joinStore(database: DatabaseSync, folder: string | null, clock: Clock, lock: FolderLock): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database) })
  try {
    await migrate(db, folder ?? 'the store')
    const writes = new WriteQueue(db, clock)
    return {
      folder,
      db,
      database,
      writes,
      journal: new StoredJournal(db),
      audit: await AuditTrail.open(db, writes),
      settled: () => writes.settled(),
      async close() {
        await writes.close()
        await db.destroy()
        lock.release()
      },
    }
  } catch (error) {
    await db.destroy()
    throw error
  }
}

function damagedSentence(file: string): string {
  return `${file} is damaged: restore a backup with ./strata restore FILE, or move it away to begin anew with the system's folder`
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
