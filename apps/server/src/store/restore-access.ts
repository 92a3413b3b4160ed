import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import type { ApiToken } from '../auth/api-tokens.ts'
import type { Person } from '../auth/people.ts'
import { SECOND_PERSON } from '../settings/settings.ts'
import { STORE_FILE } from './open-file.ts'
import { connectClient, type PostgresPlace } from './postgres-connection.ts'
import { openDatabase, sqliteDialect } from './sqlite.ts'
import type { Tables } from './tables.ts'

/** Who may come in and what takes two, as a store has it: rows of its accounts and tokens, the second person's switch, and what was done without one. */
export interface KeptAccess {
  readonly people: readonly Tables['people'][]
  readonly tokens: readonly Tables['api_tokens'][]
  readonly secondPerson: boolean
  readonly glassBreaks: readonly Tables['glass_breaks'][]
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
    return await readTables(db)
  } finally {
    await db.destroy()
  }
}

export async function readTables(db: Kysely<Tables>): Promise<KeptAccess> {
  const [people, tokens, glassBreaks] = [
    await db.selectFrom('people').selectAll().execute(),
    await db.selectFrom('api_tokens').selectAll().execute(),
    await db.selectFrom('glass_breaks').selectAll().execute(),
  ]
  const setting = await db.selectFrom('settings').select('value').where('name', '=', SECOND_PERSON).executeTakeFirst()
  return { people, tokens, glassBreaks, secondPerson: setting?.value === 'true' }
}

async function readSchema(place: PostgresPlace): Promise<KeptAccess> {
  const client = await connectClient(place, 'strata restore')
  try {
    const { rows: people } = await client.query<Tables['people']>('select name, person from people')
    const { rows: tokens } = await client.query<Tables['api_tokens']>('select id, token from api_tokens')
    const { rows: glassBreaks } = await client.query<Tables['glass_breaks']>('select act, glass_break from glass_breaks')
    const { rows: settings } = await client.query<{ value: string }>('select value from settings where name = $1', [SECOND_PERSON])
    return { people, tokens, glassBreaks, secondPerson: settings[0]?.value === 'true' }
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * STORE12, STORE13: who may come in after a restore, and what takes two. Without the present store's word no token of the backup's works, and no open link; with it,
 * no guard that stands there falls.
 */
export function decideAccessAfter(present: KeptAccess | null, backup: KeptAccess, nowMs: number): KeptAccess {
  if (present === null) {
    return {
      ...backup,
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
    secondPerson: present.secondPerson || backup.secondPerson,
    glassBreaks: [...present.glassBreaks, ...backup.glassBreaks.filter(({ act }) => !present.glassBreaks.some((row) => row.act === act))],
  }
}

function revoked(row: Tables['api_tokens'], nowMs: number): Tables['api_tokens'] {
  return changed(row, 'token', (token: ApiToken) => ({ ...token, revokedAt: token.revokedAt ?? nowMs }))
}

/** A row whose JSON in `column` is another one. */
function changed<R, K extends keyof R, T>(row: R, column: K, change: (value: T) => T): R {
  return { ...row, [column]: JSON.stringify(change(JSON.parse(row[column] as string) as T)) }
}
