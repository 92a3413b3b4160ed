import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { Kysely } from 'kysely'
import type { Client } from 'pg'
import { migrate } from './open-database.ts'
import { connectClient, type PostgresPlace } from './postgres-connection.ts'
import { openDatabase, sqliteDialect } from './sqlite.ts'
import type { Tables } from './tables.ts'

/** Rows that are read or written at a time. */
const ROWS = 200

interface Table {
  readonly name: string
  readonly columns: readonly string[]
}

/** Copies a PostgreSQL's store, as it is at one moment, to a new file: a backup is a file of one kind, wherever it was made. */
export async function copyToFile(place: PostgresPlace, path: string): Promise<void> {
  const database = openDatabase(path)
  const client = await connectClient(place, 'strata backup').catch((error: unknown) => {
    database.close()
    throw error
  })
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database) })
  try {
    await migrate({ db, name: path, schema: null })
    await client.query('begin transaction isolation level repeatable read, read only')
    database.exec('BEGIN')
    for (const table of tablesOf(database)) await copyOut(client, database, table)
    database.exec('COMMIT')
  } finally {
    await Promise.all([client.end().catch(() => undefined), db.destroy()])
  }
}

async function copyOut(client: Client, database: DatabaseSync, { name, columns }: Table): Promise<void> {
  const insert = database.prepare(`insert into "${name}" (${quoted(columns)}) values (${columns.map(() => '?').join(', ')})`)
  await client.query(`declare rows no scroll cursor for select ${quoted(columns)} from "${name}"`)
  for (;;) {
    const { rows } = await client.query<Record<string, SQLInputValue>>(`fetch ${ROWS} from rows`)
    if (rows.length === 0) break
    for (const row of rows) insert.run(...columns.map((column) => row[column] ?? null))
  }
  await client.query('close rows')
}

/** Fills a schema that has its tables and no rows from a backup of the same version. */
export async function copyFromFile(path: string, client: Client): Promise<void> {
  const database = openDatabase(path)
  try {
    await client.query('begin')
    for (const table of tablesOf(database)) await copyIn(database, client, table)
    await client.query('commit')
  } finally {
    database.close()
  }
}

async function copyIn(database: DatabaseSync, client: Client, { name, columns }: Table): Promise<void> {
  let batch: Record<string, unknown>[] = []
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return
    const places = batch.map((_, row) => `(${columns.map((__, index) => `$${row * columns.length + index + 1}`).join(', ')})`)
    const values = batch.flatMap((row) => columns.map((column) => row[column]))
    await client.query(`insert into "${name}" (${quoted(columns)}) values ${places.join(', ')}`, values)
    batch = []
  }
  for (const row of database.prepare(`select ${quoted(columns)} from "${name}"`).iterate()) {
    batch.push(row)
    if (batch.length === ROWS) await flush()
  }
  await flush()
  const { rows } = await client.query<{ column: string }>(
    `select column_name as column from information_schema.columns where table_schema = current_schema() and table_name = $1 and is_identity = 'YES'`,
    [name],
  )
  for (const { column } of rows)
    await client.query(
      `select setval(pg_get_serial_sequence('"${name}"', $1), max("${column}")) from "${name}" having max("${column}") is not null`,
      [column],
    )
}

/** In the order in which migrations made them: a table that refers to another one comes after it. */
function tablesOf(database: DatabaseSync): readonly Table[] {
  const rows = database
    .prepare(`select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like 'kysely_%' order by rowid`)
    .all()
  return rows.map(({ name }) => ({
    name: String(name),
    columns: database
      .prepare('select name from pragma_table_info(?)')
      .all(name as string)
      .map((column) => String(column['name'])),
  }))
}

function quoted(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(', ')
}
