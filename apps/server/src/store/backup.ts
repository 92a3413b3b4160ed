import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { verifyChain } from '../audit/audit-trail.ts'
import { databaseFailure } from './database-failure.ts'
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

/**
 * Copies the whole store to a new file while it is used, and reads the copy back. It has its name once it is whole: whatever ends the server on
 * the way, a file of that name can be relied on. Throws `StoreFailure`; then there is no file.
 */
export async function backUp(store: Store, path: string): Promise<BackupOutcome> {
  if (!isAbsolute(path)) throw new StoreFailure('a backup needs a whole path')
  if (existsSync(path)) throw new StoreFailure(`${path} exists already: name another file`)
  if (!existsSync(dirname(path))) throw new StoreFailure(`there is no folder ${dirname(path)}`)
  await store.settled()
  const part = `${path}.${randomBytes(4).toString('hex')}.part`
  try {
    // Nobody else's to read from its first byte on: it holds sources, and hashes of passwords.
    writeFileSync(part, '', { mode: 0o600, flag: 'wx' })
    await store.copyTo(part)
    makeOneFile(part)
    const read = await readBackup(part)
    const { size } = statSync(part)
    putInPlace(part, path)
    return { path, bytes: size, ...read }
  } catch (error) {
    throw error instanceof StoreFailure
      ? error
      : new StoreFailure(`${path} could not be written: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${part}${end}`, { force: true })
  }
}

/** Takes no place of one that somebody put there meanwhile, as far as the disk has links. */
function putInPlace(part: string, path: string): void {
  try {
    linkSync(part, path)
  } catch (error) {
    if (existsSync(path)) throw error
    renameSync(part, path)
  }
}

/** Without a log beside it: such a file can be read where nothing can be written. */
function makeOneFile(path: string): void {
  const database = openDatabase(path)
  database.exec('PRAGMA journal_mode = DELETE')
  database.close()
}

/** Reads a backup through, its pages and its trail, and changes nothing of it. Throws `StoreFailure` when it cannot be relied on. */
export async function readBackup(path: string): Promise<{ readonly head: string; readonly entries: number }> {
  if (!existsSync(path)) throw new StoreFailure(`there is no file ${path}`)
  let database
  try {
    database = new DatabaseSync(path, { readOnly: true })
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
  } catch (error) {
    throw databaseFailure(error) === 'damaged' ? new StoreFailure(`${path} is no backup of Strata`) : error
  } finally {
    await db.destroy()
  }
}
