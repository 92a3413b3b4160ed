import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Store } from './store.ts'

/** Where the store of a system lies: below the data folder, for each system's folder one of its own, so that histories never mix. */
export function systemStoreFolder(dataFolder: string, systemFolder: string): string {
  const path = realpathSync(systemFolder)
  const name = basename(path)
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 40)
  return join(dataFolder, 'systems', `${name}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`)
}

/** Writes down which system a store, or a backup of it, belongs to: its folder's name tells only a part. */
export async function nameSystem({ db }: Store, systemFolder: string): Promise<void> {
  const row = { name: 'system_folder', value: JSON.stringify(realpathSync(systemFolder)) }
  await db
    .insertInto('settings')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute()
}
