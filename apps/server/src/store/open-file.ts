import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { fileFailure, folderSentence } from './file-sentences.ts'
import { lockFolder } from './folder-lock.ts'
import type { OpenDatabase } from './open-database.ts'
import { openDatabase, sqliteDialect } from './sqlite.ts'
import { StoreFailure } from './store-failure.ts'
import type { Tables } from './tables.ts'

export const STORE_FILE = 'strata.db'
const ALL_PAGES = 0x7fff_ffff

/** Opens a store's file in a folder of its own, made when there is none. Throws `StoreFailure`. */
export function openFolder(folder: string): OpenDatabase {
  makeFolder(folder)
  const lock = lockFolder(folder)
  const file = join(folder, STORE_FILE)
  try {
    const database = openSound(file)
    chmodSync(file, 0o600)
    return withDatabase(
      database,
      folder,
      (path) => copyFile(file, path),
      () => lock.release(),
    )
  } catch (error) {
    lock.release()
    throw sentenceFor(error, file)
  }
}

/** A store that ends with its server. */
export function openMemory(): OpenDatabase {
  const database = openDatabase(':memory:')
  const copyTo = async (path: string): Promise<void> => {
    await backup(database, path)
  }
  return withDatabase(database, 'the store', copyTo, () => {})
}

/** Through a connection of its own, and in one step: the store's own is locked while it writes, and what it wrote between two steps would begin the copy anew. */
async function copyFile(file: string, path: string): Promise<void> {
  const source = new DatabaseSync(file, { readOnly: true })
  try {
    await backup(source, path, { rate: ALL_PAGES })
  } finally {
    source.close()
  }
}

function sentenceFor(error: unknown, file: string): unknown {
  return fileFailure(error, file, "restore a backup with ./strata restore FILE, or move it away to begin anew with the system's folder")
}

function withDatabase(database: DatabaseSync, name: string, copyTo: OpenDatabase['copyTo'], released: () => void): OpenDatabase {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database) })
  return {
    db,
    name,
    schema: null,
    claim: async () => {},
    sentenceFor: (error) => sentenceFor(error, name),
    copyTo,
    async close() {
      await db.destroy()
      released()
    },
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  } catch (error) {
    throw new StoreFailure(folderSentence(folder, error))
  }
}

function openSound(file: string): DatabaseSync {
  const known = existsSync(file)
  const database = openDatabase(file)
  if (!known) return database
  try {
    const [first] = database.prepare('PRAGMA quick_check(1)').all()
    if (first?.['quick_check'] === 'ok') return database
  } catch (error) {
    database.close()
    throw error
  }
  database.close()
  throw Object.assign(new Error('the file has holes'), { errcode: 11 })
}
