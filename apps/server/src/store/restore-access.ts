import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import type { ApiToken } from '../auth/api-tokens.ts'
import type { Person } from '../auth/people.ts'
import { STORE_FILE } from './open-file.ts'
import { connectClient, type PostgresPlace } from './postgres-connection.ts'
import { openDatabase, sqliteDialect } from './sqlite.ts'
import type { Tables } from './tables.ts'

/** Who may come in, as a store has it: rows of its accounts and tokens. */
export interface KeptAccess {
  readonly people: readonly Tables['people'][]
  readonly tokens: readonly Tables['api_tokens'][]
}

/** Of the store that a backup is about to replace; `null`: there is none, or it cannot be read. */
export async function readAccess(place: string | PostgresPlace): Promise<KeptAccess | null> {
  try {
    return typeof place === 'string' ? await readFolder(place) : await readSchema(place)
  } catch {
    // A store that is damaged, or has another schema, is what a backup is for.
    return null
  }
}

async function readFolder(folder: string): Promise<KeptAccess | null> {
  const file = join(folder, STORE_FILE)
  if (!existsSync(file)) return null
  const db = new Kysely<Tables>({ dialect: sqliteDialect(openDatabase(file)) })
  try {
    const people = await db.selectFrom('people').selectAll().execute()
    return { people, tokens: await db.selectFrom('api_tokens').selectAll().execute() }
  } finally {
    await db.destroy()
  }
}

async function readSchema(place: PostgresPlace): Promise<KeptAccess> {
  const client = await connectClient(place, 'strata restore')
  try {
    const { rows: people } = await client.query<Tables['people']>('select name, person from people')
    const { rows: tokens } = await client.query<Tables['api_tokens']>('select id, token from api_tokens')
    return { people, tokens }
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** STORE12: who may come in after a restore. Without the present store's word no token of the backup's works, and no open link. */
export function decideAccessAfter(present: KeptAccess | null, backup: KeptAccess, nowMs: number): KeptAccess {
  if (present === null) {
    return {
      people: backup.people.map((row) => changed(row, 'person', (person: Person) => ({ ...person, invitation: null }))),
      tokens: backup.tokens.map((row) => revoked(row, nowMs)),
    }
  }
  // A name stands for nobody else, ever: who is unknown now stays, and does not come in.
  const gone = backup.people.filter(({ name }) => !present.people.some((row) => row.name === name))
  return {
    people: [
      ...present.people,
      ...gone.map((row) =>
        changed(row, 'person', (person: Person) => ({ ...person, invitation: null, disabledAt: person.disabledAt ?? nowMs })),
      ),
    ],
    tokens: present.tokens,
  }
}

function revoked(row: Tables['api_tokens'], nowMs: number): Tables['api_tokens'] {
  return changed(row, 'token', (token: ApiToken) => ({ ...token, revokedAt: token.revokedAt ?? nowMs }))
}

/** A row whose JSON in `column` is another one. */
function changed<R, K extends keyof R, T>(row: R, column: K, change: (value: T) => T): R {
  return { ...row, [column]: JSON.stringify(change(JSON.parse(row[column] as string) as T)) }
}
