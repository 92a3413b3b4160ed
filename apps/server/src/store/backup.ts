import { existsSync, rmSync, statSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { dirname, isAbsolute } from 'node:path'
import { Kysely } from 'kysely'
import { verifyChain } from '../audit/audit-trail.ts'
import { openDatabase, sqliteDialect } from './sqlite.ts'
import type { Store } from './store.ts'
import { StoreFailure } from './store-failure.ts'
import type { Tables } from './tables.ts'

export interface BackupOutcome {
  readonly path: string
  readonly bytes: number
  /** Newest hash of its trail. */
  readonly head: string
  readonly entries: number
}

/** Copies the whole store to a new file while it is used, and reads the copy back. Throws `StoreFailure`; then there is no file. */
export async function backUp(store: Store, path: string): Promise<BackupOutcome> {
  if (!isAbsolute(path)) throw new StoreFailure('a backup needs a whole path')
  if (existsSync(path)) throw new StoreFailure(`${path} exists already: name another file`)
  if (!existsSync(dirname(path))) throw new StoreFailure(`there is no folder ${dirname(path)}`)
  await store.settled()
  try {
    await store.copyTo(path)
    await chmod(path, 0o600)
    return { path, bytes: statSync(path).size, ...(await readBackup(path)) }
  } catch (error) {
    rmSync(path, { force: true })
    throw error instanceof StoreFailure
      ? error
      : new StoreFailure(`${path} could not be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Reads a backup through: its pages and its trail. Throws `StoreFailure` when it cannot be relied on. */
export async function readBackup(path: string): Promise<{ readonly head: string; readonly entries: number }> {
  if (!existsSync(path)) throw new StoreFailure(`there is no file ${path}`)
  let database
  try {
    database = openDatabase(path)
  } catch {
    throw new StoreFailure(`${path} is no backup of Strata`)
  }
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database) })
  try {
    const [check] = database.prepare('PRAGMA integrity_check(1)').all()
    if (check?.['integrity_check'] !== 'ok') throw new StoreFailure(`${path} is damaged`)
    const verified = await verifyChain(db, undefined).catch(() => {
      throw new StoreFailure(`${path} is no backup of Strata`)
    })
    if (verified.status === 'broken')
      throw new StoreFailure(`the trail in ${path} does not verify: entry ${verified.broken.seq} (${verified.broken.why})`)
    return { head: verified.head, entries: verified.entries }
  } finally {
    // One file, without the log beside it.
    database.exec('PRAGMA journal_mode = DELETE')
    await db.destroy()
  }
}
