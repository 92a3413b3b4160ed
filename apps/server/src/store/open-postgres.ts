import { Kysely } from 'kysely'
import { databaseFailure, failureText } from './database-failure.ts'
import type { OpenDatabase } from './open-database.ts'
import { copyToFile } from './copy-tables.ts'
import { LockedConnection, placeName, type PostgresPlace } from './postgres-connection.ts'
import { postgresDialect, postgresWords } from './postgres-dialect.ts'
import { StoreFailure } from './store-failure.ts'
import type { Tables } from './tables.ts'

/** The oldest that is tried: identity columns, and everything that queries use. */
const OLDEST_VERSION = 120_000

/** Enters a PostgreSQL as the one server of a schema there, made when there is none. Throws `StoreFailure`. */
export async function openPostgres(place: PostgresPlace): Promise<OpenDatabase> {
  const connection = new LockedConnection(place)
  try {
    const client = await connection.connect()
    try {
      await prepare(client, place)
    } finally {
      client.release()
    }
  } catch (error) {
    await connection.end()
    throw sentenceFor(error, place)
  }
  const db = new Kysely<Tables>({ dialect: postgresDialect(connection), plugins: [postgresWords] })
  return {
    db,
    name: placeName(place),
    schema: place.schema,
    claim: () => connection.claim(),
    copyTo: (path) => copyToFile(place, path),
    sentenceFor: (error) => sentenceFor(error, place),
    async close() {
      await db.destroy()
      await connection.end()
    },
  }
}

interface Asking {
  query<R>(sql: string, parameters: readonly unknown[]): Promise<{ rows: R[] }>
}

async function prepare(client: Asking, { schema }: PostgresPlace): Promise<void> {
  const [told] = (
    await client.query<{ version: string; encoding: string }>(
      `select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding`,
      [],
    )
  ).rows
  if (Number(told?.version) < OLDEST_VERSION) throw new StoreFailure('PostgreSQL 12 or later is needed for a store')
  if (told?.encoding !== 'UTF8')
    throw new StoreFailure(`The database's encoding is ${told?.encoding}: a store needs one made with createdb --encoding=UTF8`)
  const { rows } = await client.query('select 1 from pg_namespace where nspname = $1', [schema])
  if (rows.length === 0) await client.query(`create schema "${schema}"`, [])
}

/** What went wrong with a PostgreSQL, and the way out. The address's password is in none of them. */
export function sentenceFor(error: unknown, { address, schema }: PostgresPlace): unknown {
  if (error instanceof StoreFailure) return error
  const { place, user, database } = address
  const who = user === '' ? 'the user' : user
  switch (databaseFailure(error)) {
    case 'away':
      return new StoreFailure(
        `PostgreSQL cannot be reached for the ${place} (${failureText(error)}): start it, or mend STRATA_DATABASE_URL`,
      )
    case 'wrong_sign_in':
      return new StoreFailure(`PostgreSQL does not let ${who} into the ${place}: mend the user or the password in STRATA_DATABASE_URL`)
    case 'no_database':
      return new StoreFailure(`There is no ${place}: createdb ${database} makes it, or mend STRATA_DATABASE_URL`)
    case 'not_permitted':
      return new StoreFailure(
        `PostgreSQL does not let ${who} make or use schema ${schema} in the ${place}: grant create on database ${database} to ${who}, or name a schema of theirs with ?schema=NAME`,
      )
    case 'read_only':
      return new StoreFailure(`The ${place} can only be read, as a standby's: name the one that can be written in STRATA_DATABASE_URL`)
    case 'full':
      return new StoreFailure(`The disk of the ${place} is full: make room there, and start again`)
    default:
      return error
  }
}
