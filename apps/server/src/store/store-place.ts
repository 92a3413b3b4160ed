import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { DatabaseAddress } from './database-address.ts'
import type { PostgresPlace } from './postgres-connection.ts'
import type { Store } from './store.ts'

/**
 * Where the store of a system lies: below the data folder, or in a PostgreSQL, for each system's folder one of its own, so that histories never
 * mix. A `schema=` in the database's address is taken as it is: who moves a system to another folder or machine names it.
 */
export function storePlace(database: DatabaseAddress | null, dataFolder: string, systemFolder: string): string | PostgresPlace {
  const path = realpathSync(systemFolder)
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 8)
  const name = basename(path)
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 40)
  if (database === null) return join(dataFolder, 'systems', `${name}-${hash}`)
  const short = name.toLowerCase().replace(/\W/g, '_').slice(0, 24)
  return { address: database, schema: database.schema ?? `strata_${short}_${hash}` }
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
