import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseFailure } from './database-failure.ts'
import { fileFailure } from './file-sentences.ts'
import { StoreFailure } from './store-failure.ts'

export interface FolderLock {
  release(): void
}

/**
 * Takes a store's folder for this OS process alone. It is the operating system's lock on a file, which ends with the process, however that ends.
 * Throws `StoreFailure` when another process has it, or it cannot be had.
 */
export function lockFolder(folder: string): FolderLock {
  const owner = join(folder, 'owner')
  const lock = take(folder, owner)
  writeFileSync(owner, `pid ${process.pid}, since ${new Date().toISOString()}\n`, { mode: 0o600 })
  return {
    release() {
      rmSync(owner, { force: true })
      lock.close()
    },
  }
}

function take(folder: string, owner: string): DatabaseSync {
  const file = join(folder, 'lock.db')
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(file)
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    chmodSync(file, 0o600)
    return lock
  } catch (error) {
    lock?.close()
    if (databaseFailure(error) !== 'busy')
      throw fileFailure(error, file, 'it holds nothing, so remove it while no server runs, and start again')
    throw new StoreFailure(
      `The store in ${folder} is used by another server (${readOwner(owner)}): stop that one, or name another folder with STRATA_DATA=…`,
    )
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
