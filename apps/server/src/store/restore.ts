import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@strata/runtime'
import { readBackup } from './backup.ts'
import { lockFolder } from './folder-lock.ts'
import { openStore, STORE_FILE } from './store.ts'

export interface RestoreOutcome {
  readonly status: 'restored'
  readonly entries: number
  /** Newest hash of the backup's trail. */
  readonly head: string
  /** Where the store that was there lies now; `null`: there was none. */
  readonly movedAside: string | null
}

/**
 * Puts a backup in a store's place while no server uses it, and says so in its trail; what was there is moved aside. Throws `StoreFailure`, with
 * everything as it was.
 */
export async function restoreStore(folder: string, backupFile: string, actor: string, clock: Clock): Promise<RestoreOutcome> {
  const { head, entries } = await readBackup(backupFile)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const movedAside = putInPlace(folder, backupFile, clock)
  const store = await openStore(folder, clock)
  try {
    const at = new Date(clock.now()).toISOString()
    const facts = { type: 'store_restored', actor, path: backupFile, head, at, node: 'local', life: 'restore' }
    store.audit.add({ at, type: facts.type, actor, modules: [], facts })
    // Whoever was signed in when the backup was made is not signed in now, and no crash of that time counts.
    await store.db.deleteFrom('sessions').execute()
    await store.db.deleteFrom('lives').execute()
    await store.settled()
  } finally {
    await store.close()
  }
  return { status: 'restored', entries, head, movedAside }
}

function putInPlace(folder: string, backupFile: string, clock: Clock): string | null {
  const lock = lockFolder(folder)
  try {
    const fresh = join(folder, 'restoring.db')
    copyFileSync(backupFile, fresh)
    const present = ['', '-wal', '-shm'].map((end) => `${STORE_FILE}${end}`).filter((name) => existsSync(join(folder, name)))
    const aside = present.length === 0 ? null : join(folder, `replaced-${new Date(clock.now()).toISOString().replaceAll(':', '-')}`)
    if (aside !== null) {
      mkdirSync(aside, { mode: 0o700 })
      for (const name of present) renameSync(join(folder, name), join(aside, name))
    }
    renameSync(fresh, join(folder, STORE_FILE))
    return aside
  } finally {
    lock.release()
  }
}
