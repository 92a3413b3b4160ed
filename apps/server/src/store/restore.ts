import { copyFileSync, existsSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@strata/runtime'
import { Kysely } from 'kysely'
import type { Client } from 'pg'
import { readBackup } from './backup.ts'
import { copyFromFile } from './copy-tables.ts'
import { lockFolder } from './folder-lock.ts'
import { migrate } from './open-database.ts'
import { STORE_FILE } from './open-file.ts'
import { openPostgres, sentenceFor } from './open-postgres.ts'
import { connectClient, type PostgresPlace } from './postgres-connection.ts'
import { openDatabase, sqliteDialect } from './sqlite.ts'
import { decideAccessAfter, type KeptAccess, readAccess, readTables } from './restore-access.ts'
import { SECOND_PERSON } from '../settings/settings.ts'
import { openStore, type Store } from './store.ts'
import type { Tables } from './tables.ts'

export interface RestoreOutcome {
  readonly status: 'restored'
  readonly entries: number
  /** Newest hash of the backup's trail. */
  readonly head: string
  /** The folder, or the schema, in which the store that was there lies now; `null`: there was none. */
  readonly movedAside: string | null
  /** `present`: accounts and tokens are those of the store that was there. `backup`: the backup's accounts, and none of its tokens. */
  readonly access: 'present' | 'backup'
  /** Whether purges by force take a second person now: where the store that was there, or the backup, asked for one. */
  readonly secondPerson: boolean
}

/**
 * Puts a backup in a store's place while no server uses it, and says so in its trail; what was there is moved aside. A backup is the same file
 * wherever it was made, and goes into either kind of store. It is made ready beside the store and put there last: whatever ends this on the way, no
 * server ever finds the backup's ways in. Throws `StoreFailure`, with everything as it was.
 */
export async function restoreStore(
  place: string | PostgresPlace,
  backupFile: string,
  actor: string,
  clock: Clock,
): Promise<RestoreOutcome> {
  const { head, entries } = await readBackup(backupFile)
  const target = typeof place === 'string' ? lockedFolder(place) : await lockedPostgres(place)
  try {
    const present = await readAccess(place)
    const access = present === null ? 'backup' : 'present'
    const staging = await target.stage(backupFile)
    const secondPerson = await makeReady(staging, present, { actor, path: backupFile, head, access }, clock)
    return { status: 'restored', entries, head, movedAside: await target.swap(clock.now()), access, secondPerson }
  } finally {
    await target.close()
  }
}

/** A store's place, taken so that no server uses it. */
interface Target {
  /** Makes a store of the backup beside the one that is there. */
  stage(backupFile: string): Promise<string | PostgresPlace>
  /** Puts it there; answers where what was there lies now. */
  swap(nowMs: number): Promise<string | null>
  close(): Promise<void>
}

/** What must not come back with a backup goes, and its trail says that it was restored. Answers whether a second person is asked for now. */
async function makeReady(
  staging: string | PostgresPlace,
  present: KeptAccess | null,
  told: { readonly actor: string; readonly path: string; readonly head: string; readonly access: RestoreOutcome['access'] },
  clock: Clock,
): Promise<boolean> {
  const store = await openStore(staging, clock)
  try {
    const secondPerson = await replaceAccess(store, present, clock)
    const at = new Date(clock.now()).toISOString()
    const facts = { type: 'store_restored', ...told, secondPerson, at, node: 'local', life: 'restore' }
    store.audit.add({ at, type: facts.type, actor: told.actor, modules: [], facts })
    // Whoever was signed in when the backup was made is not signed in now, and no crash of that time counts.
    await store.db.deleteFrom('sessions').execute()
    await store.db.deleteFrom('lives').execute()
    // Nobody knows what became of its plans, and of what was agreed to, after the backup was made.
    await store.db.deleteFrom('plans').execute()
    await store.settled()
    return secondPerson
  } finally {
    await store.close()
  }
}

/** Answers whether a second person is asked for now. */
async function replaceAccess({ db }: Store, present: KeptAccess | null, clock: Clock): Promise<boolean> {
  const { people, tokens, glassBreaks, secondPerson } = decideAccessAfter(present, await readTables(db), clock.now())
  await db.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('people').execute()
    await transaction.deleteFrom('api_tokens').execute()
    for (const row of people) await transaction.insertInto('people').values(row).execute()
    for (const row of tokens) await transaction.insertInto('api_tokens').values(row).execute()
    await transaction.deleteFrom('glass_breaks').execute()
    for (const row of glassBreaks) await transaction.insertInto('glass_breaks').values(row).execute()
    const setting = { name: SECOND_PERSON, value: JSON.stringify(secondPerson) }
    await transaction.deleteFrom('settings').where('name', '=', SECOND_PERSON).execute()
    await transaction.insertInto('settings').values(setting).execute()
  })
  return secondPerson
}

function lockedFolder(folder: string): Target {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lock = lockFolder(folder)
  const staging = join(folder, 'restoring')
  return {
    async stage(backupFile) {
      rmSync(staging, { recursive: true, force: true })
      mkdirSync(staging, { mode: 0o700 })
      const file = join(staging, STORE_FILE)
      copyFileSync(backupFile, file)
      await bringUp(file, backupFile)
      return staging
    },
    async swap(nowMs) {
      const present = ['', '-wal', '-shm'].map((end) => `${STORE_FILE}${end}`).filter((name) => existsSync(join(folder, name)))
      const aside = present.length === 0 ? null : join(folder, `replaced-${new Date(nowMs).toISOString().replaceAll(':', '-')}`)
      if (aside !== null) {
        mkdirSync(aside, { mode: 0o700 })
        for (const name of present) keepAs(join(folder, name), join(aside, name))
        // A log left here would be read as the restored one's; what could be read has its log in it.
        for (const name of present) if (name !== STORE_FILE) rmSync(join(folder, name))
      }
      // In one step: whatever ends this, there is a store here, whose ways in the next restore keeps.
      renameSync(join(staging, STORE_FILE), join(folder, STORE_FILE))
      return aside
    },
    async close() {
      rmSync(staging, { recursive: true, force: true })
      lock.release()
    },
  }
}

/** One file under two names, where the disk has links; a copy where it has none. */
function keepAs(file: string, name: string): void {
  try {
    linkSync(file, name)
  } catch {
    copyFileSync(file, name)
  }
}

/** A schema beside the one that is there; one transaction then changes their names. */
async function lockedPostgres(place: PostgresPlace): Promise<Target> {
  const staging = { ...place, schema: `${place.schema.slice(0, 40)}_restoring` }
  const locked = await openPostgres(place)
  const work = mkdtempSync(join(tmpdir(), 'strata-restore-'))
  const inPlace = <T>(act: (client: Client) => Promise<T>): Promise<T> =>
    withClient(place, act).catch((error: unknown) => {
      throw sentenceFor(error, place)
    })
  return {
    async stage(backupFile) {
      const file = join(work, 'backup.db')
      copyFileSync(backupFile, file)
      await bringUp(file, backupFile)
      await inPlace(async (client) => {
        await client.query(`drop schema if exists "${staging.schema}" cascade`)
        await makeEmpty(staging)
        await withClient(staging, (filling) => copyFromFile(file, filling))
      })
      return staging
    },
    swap: (nowMs) =>
      inPlace(async (client) => {
        const { rows } = await client.query(`select 1 from information_schema.tables where table_schema = $1 limit 1`, [place.schema])
        // To the millisecond, and within the 63 characters of a name.
        const stamp = new Date(nowMs).toISOString().replaceAll(/\D/g, '')
        const aside = rows.length === 0 ? null : `${place.schema.slice(0, 36)}_replaced_${stamp}`
        const leave = aside === null ? `drop schema "${place.schema}"` : `alter schema "${place.schema}" rename to "${aside}"`
        await client.query(`begin; ${leave}; alter schema "${staging.schema}" rename to "${place.schema}"; commit`)
        return aside
      }),
    async close() {
      await locked.close()
      rmSync(work, { recursive: true, force: true })
    },
  }
}

/** Brings a copy of a backup, which an earlier release may have made, to the present schema. */
async function bringUp(file: string, backupFile: string): Promise<void> {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(openDatabase(file)) })
  try {
    await migrate({ db, name: backupFile, schema: null })
  } finally {
    await db.destroy()
  }
}

async function makeEmpty(place: PostgresPlace): Promise<void> {
  const opened = await openPostgres(place)
  try {
    await migrate(opened)
  } finally {
    await opened.close()
  }
}

async function withClient<T>(place: PostgresPlace, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connectClient(place, 'strata restore')
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
