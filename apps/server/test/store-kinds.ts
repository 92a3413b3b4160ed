import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import { readDatabaseUrl } from '../src/store/database-address.ts'
import type { PostgresPlace } from '../src/store/postgres-connection.ts'
import { NO_POSTGRES, type PostgresServer, startPostgres } from './postgres-server.ts'

/** A database that the same tests run on. */
export interface StoreKind {
  readonly name: 'SQLite' | 'PostgreSQL'
  /** Why it cannot be tried here. */
  readonly skipped: string | null
  /** A place with no store yet. */
  makePlace(): Promise<string | PostgresPlace>
}

const sqlite: StoreKind = {
  name: 'SQLite',
  skipped: null,
  async makePlace() {
    const folder = mkdtempSync(join(tmpdir(), 'strata-store-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  },
}

/** Both kinds, for the file that asks: the server of one ends with it. */
export function storeKinds(): readonly StoreKind[] {
  return [sqlite, postgresKind()]
}

export function postgresKind(): StoreKind {
  const server = postgresOfFile()
  return {
    name: 'PostgreSQL',
    skipped: NO_POSTGRES,
    makePlace: async () => placeIn(await server(), await (await server()).newDatabase()),
  }
}

/** One PostgreSQL for a test file, started when it is first asked for. */
export function postgresOfFile(): () => Promise<PostgresServer> {
  if (NO_POSTGRES !== null) console.warn(`\n!! SKIPPED: ${NO_POSTGRES}\n`)
  let started: Promise<PostgresServer> | undefined
  afterAll(async () => (await started)?.remove())
  return () => (started ??= startPostgres())
}

export function placeIn(server: PostgresServer, database: string, schema = 'strata_test'): PostgresPlace {
  return placeAt(server.url(database), schema)
}

export function placeAt(url: string, schema = 'strata_test'): PostgresPlace {
  const outcome = readDatabaseUrl(url)
  if (outcome.status === 'wrong') throw new Error(outcome.sentence)
  return { address: outcome.address, schema }
}
