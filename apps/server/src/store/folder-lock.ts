import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseFailure } from './database-failure.ts'
import { StoreFailure } from './store-failure.ts'

export interface FolderLock {
  release(): void
}

/**
 * Takes a store's folder for this OS process alone. It is the operating system's lock on a file, which ends with the process, however that ends.
 * Throws `StoreFailure` when another process has it.
 */
export function lockFolder(folder: string): FolderLock {
  const owner = join(folder, 'owner')
  const lock = new DatabaseSync(join(folder, 'lock.db'))
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (databaseFailure(error) !== 'busy') throw error
    throw new StoreFailure(
      `The store in ${folder} is used by another server (${readOwner(owner)}): stop that one, or name another folder with STRATA_DATA=…`,
    )
  }
  writeFileSync(owner, `pid ${process.pid}, since ${new Date().toISOString()}\n`, { mode: 0o600 })
  return {
    release() {
      rmSync(owner, { force: true })
      lock.close()
    },
  }
}

/** For the sentence only: who has it is the lock's word. */
function readOwner(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().slice(0, 100)
  } catch {
    return 'which has not said its pid yet'
  }
}
