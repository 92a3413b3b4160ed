import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { failureText } from './database-failure.ts'
import { MIGRATIONS } from './migrations.ts'
import { StoreFailure } from './store-failure.ts'
import type { Tables } from './tables.ts'

/** A database of either kind, opened for this server alone. */
export interface OpenDatabase {
  readonly db: Kysely<Tables>
  /** As sentences name it. */
  readonly name: string
  /** PostgreSQL's; a file has none. */
  readonly schema: string | null
  /** Once it has the present schema: from then on it is this server's. */
  claim(): Promise<void>
  /** Copies all that it holds, as it is at one moment, to a new file of SQLite's. */
  copyTo(path: string): Promise<void>
  /** What went wrong with it and the way out, as a `StoreFailure`; the error itself where that says nothing of it. */
  sentenceFor(error: unknown): unknown
  close(): Promise<void>
}

/** Brings a database to the present schema. Throws `StoreFailure` for one of a later release, and for one that is another program's. */
export async function migrate({ db, name, schema }: Pick<OpenDatabase, 'db' | 'name' | 'schema'>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
    ...(schema === null ? {} : { migrationTableSchema: schema }),
  })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  const text = failureText(error)
  if (text.includes('corrupted migrations')) {
    throw new StoreFailure(
      `${name} was written by a later release of Strata (${text}): start that release, or restore a backup of this one`,
    )
  }
  if (text.includes('already exists')) {
    throw new StoreFailure(`${name} holds something else than a store of Strata (${text}): name an empty place`)
  }
  throw error
}
