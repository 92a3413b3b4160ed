import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type GenerationCode, type GenerationFacts, type JournalChange, systemClock } from '@strata/runtime'
import { ManualClock } from '@strata/runtime/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openSessions } from '../auth/stored-sessions.ts'
import { Sessions } from '../auth/sessions.ts'
import { backUp } from './backup.ts'
import { FIRST_SCHEMA } from '../../test/first-schema.ts'
import { restoreStore } from './restore.ts'
import { openStore, type Store } from './store.ts'
import { StoreFailure } from './store-failure.ts'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'strata-store-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

async function open(path: string): Promise<Store> {
  const store = await openStore(path, systemClock)
  onTestFinished(() => store.close().catch(() => undefined))
  return store
}

function loaded(module: string, number: number, packages: readonly string[] = []): JournalChange {
  const facts = {
    module,
    number,
    hash: `hash ${number}`,
    sourceHash: `source ${number}`,
    loadedAt: number,
    loadedBy: 'anna',
    note: `note ${number}`,
    later: { field: ['that', 'a', 'later', 'release', 'knows'] },
    packages: packages.map((hash) => ({
      id: hash,
      hash,
      name: hash,
      release: '1.0.0',
      below: [],
      files: [{ path: 'i.js', hash, deepHash: hash }],
    })),
  } as unknown as GenerationFacts
  const code = {
    source: `// ${module} ${number}`,
    compiled: { module, code: `code ${number}` },
    packages: packages.map((hash) => ({ hash, code: `package ${hash}` })),
  } as unknown as GenerationCode
  return { entry: { type: 'loaded', generations: [facts] }, codes: [code] }
}

function purged(module: string, number: number): JournalChange {
  const mark = { kind: 'soft' as const, at: '2026-01-01T00:00:00.000Z', by: 'anna', reason: '', killed: [] }
  return { entry: { type: 'purged', module, number, mark }, codes: [] }
}

async function failureOf(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(StoreFailure)
  return (error as StoreFailure).message
}

test('STORE3 GEN15 what was appended is there in another life: entries in order, facts whole, code as it was', async () => {
  const path = folder()
  const first = await openStore(path, systemClock)
  await first.journal.append([loaded('m', 1, ['p'])])
  await first.journal.append([loaded('m', 2, ['p', 'q']), purged('m', 1)])
  const before = await first.journal.entries()
  await first.close()
  const second = await open(path)
  expect(await second.journal.entries()).toEqual(before)
  expect(before.map(({ type }) => type)).toEqual(['loaded', 'loaded', 'purged'])
  expect(before[1]).toEqual(loaded('m', 2, ['p', 'q']).entry)
  // What is kept of a release stands once, whoever was loaded with it.
  const releases = await second.db.selectFrom('contents').select('hash').where('kind', '=', 'release').orderBy('hash').execute()
  expect(releases).toEqual([{ hash: 'release:p' }, { hash: 'release:q' }])
  expect(await second.journal.code({ module: 'm', number: 2 })).toEqual(loaded('m', 2, ['p', 'q']).codes[0])
})

test('STORE2 of a purged generation the text stays and the code goes, with the packages that no other one needs', async () => {
  const store = await open(folder())
  await store.journal.append([loaded('m', 1, ['p', 'only']), loaded('m', 2, ['p'])])
  await store.journal.append([purged('m', 1)])
  expect(await store.journal.code({ module: 'm', number: 1 })).toBeUndefined()
  expect(await store.journal.source('source 1')).toBe('// m 1')
  const kept = await store.db.selectFrom('contents').select('hash').where('kind', '=', 'package').execute()
  expect(kept).toEqual([{ hash: 'p' }])
  expect(await store.journal.code({ module: 'm', number: 2 })).toMatchObject({ packages: [{ hash: 'p' }] })
})

test('STORE1 changes that are appended together are there together or not at all', async () => {
  const store = await open(folder())
  await store.journal.append([loaded('m', 1)])
  await expect(store.journal.append([loaded('m', 2), purged('m', 1), loaded('m', 1)])).rejects.toThrow(/UNIQUE/)
  expect((await store.journal.entries()).map(({ type }) => type)).toEqual(['loaded'])
  expect(await store.journal.code({ module: 'm', number: 1 })).toBeDefined()
  expect(await store.journal.source('source 2')).toBeUndefined()
})

test('STORE4 a second server on the same folder is refused with who has it, and the first is not disturbed', async () => {
  const path = folder()
  const first = await open(path)
  expect(await failureOf(openStore(path, systemClock))).toMatch(
    new RegExp(`^The store in ${path} is used by another server \\(pid ${process.pid}, since .*STRATA_DATA=…$`),
  )
  await first.journal.append([loaded('m', 1)])
  await first.close()
  expect(await (await open(path)).journal.entries()).toHaveLength(1)
})

test('STORE4 the lock of a server that was killed is free at once', async () => {
  const path = folder()
  const lock = new URL('./folder-lock.ts', import.meta.url).href
  const holder = `const { lockFolder } = await import(${JSON.stringify(lock)}); lockFolder(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  expect(await failureOf(openStore(path, systemClock))).toMatch(`pid ${child.pid},`)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await open(path)
})

test('STORE3 only the account of the server can read the store', async () => {
  const path = join(folder(), 'inner')
  await open(path)
  expect([statSync(path).mode & 0o777, statSync(join(path, 'strata.db')).mode & 0o777]).toEqual([0o700, 0o600])
})

test('STORE5 a store of the first released schema opens with all that it holds', async () => {
  const path = folder()
  const database = new DatabaseSync(join(path, 'strata.db'))
  database.exec(FIRST_SCHEMA)
  database.close()
  const store = await open(path)
  expect(await store.journal.entries()).toMatchObject([
    { type: 'loaded', generations: [{ module: 'session', number: 1, note: 'from the first release' }] },
    { type: 'held', module: 'session' },
  ])
  expect(await store.audit.verify(undefined)).toMatchObject({ status: 'intact', entries: 1 })
  await store.journal.append([loaded('m', 1)])
})

test('STORE5 a store of a later release, a damaged one and what is none are refused with a way out, and left as they are', async () => {
  const later = folder()
  await (await openStore(later, systemClock)).close()
  const database = new DatabaseSync(join(later, 'strata.db'))
  database.exec(`insert into kysely_migration (name, timestamp) values ('9999_later', '2030-01-01T00:00:00.000Z')`)
  database.close()
  expect(await failureOf(openStore(later, systemClock))).toMatch(/later release of Strata.*restore a backup/)

  const none = folder()
  writeFileSync(join(none, 'strata.db'), 'something else that is no database at all, and long enough to be looked at as one'.repeat(100))
  expect(await failureOf(openStore(none, systemClock))).toMatch(/is damaged: restore a backup with \.\/strata restore FILE/)
  expect(readFileSync(join(none, 'strata.db'), 'utf8')).toContain('something else')

  const damaged = folder()
  const store = await openStore(damaged, systemClock)
  for (let number = 1; number <= 50; number++) await store.journal.append([loaded('m', number)])
  await store.close()
  const bytes = readFileSync(join(damaged, 'strata.db'))
  bytes.fill(0x5a, 3 * 4_096, 12 * 4_096)
  writeFileSync(join(damaged, 'strata.db'), bytes)
  expect(await failureOf(openStore(damaged, systemClock))).toMatch(/is damaged/)
})

test('STORE3 sessions outlive the server, by the hashes of their ids', async () => {
  const path = folder()
  const clock = new ManualClock()
  const first = await openStore(path, clock)
  const { kept, keeper } = await openSessions(first)
  const sessions = new Sessions(clock, kept, keeper)
  const [stays, goes] = [sessions.begin('owner'), sessions.begin('owner')]
  sessions.end(goes.session.key)
  sessions.close()
  await first.close()
  expect(readFileSync(join(path, 'strata.db')).includes(stays.id)).toBe(false)

  const second = await openStore(path, clock)
  onTestFinished(() => second.close())
  const again = await openSessions(second)
  const restored = new Sessions(clock, again.kept, again.keeper)
  expect(restored.find(stays.id)).toMatchObject({ actor: 'owner', expiresAt: stays.session.expiresAt })
  expect(restored.find(goes.id)).toBeUndefined()
  clock.advance(13 * 60 * 60_000)
  expect(restored.find(stays.id)).toBeUndefined()
})

test('STORE6 a backup that is taken under load restores to a verified state, and what was there is moved aside', async () => {
  const path = folder()
  const store = await openStore(path, systemClock)
  const at = new Date().toISOString()
  const add = (n: number): void => void store.audit.add({ at, type: 'sent', actor: 'anna', modules: [], facts: { type: 'sent', n } })
  for (let n = 0; n < 500; n++) add(n)
  await store.journal.append([loaded('m', 1)])
  const file = join(path, 'backup.db')
  const made = backUp(store, file)
  for (let n = 500; n < 1_000; n++) {
    add(n)
    if (n % 50 === 0) await store.journal.append([loaded('m', n / 50)])
  }
  const { head, entries } = await made
  expect(entries).toBeGreaterThanOrEqual(500)
  await store.settled()
  expect(await store.audit.verify(head)).toMatchObject({ status: 'intact', entries: 1_000, containsHead: true })
  expect(await failureOf(backUp(store, file))).toMatch(/exists already/)
  expect(await failureOf(restoreStore(path, file, 'anna', systemClock))).toMatch(/used by another server/)
  await store.close()

  const outcome = await restoreStore(path, file, 'anna', systemClock)
  expect(outcome).toMatchObject({ status: 'restored', head, entries })
  expect(existsSync(join(outcome.movedAside as string, 'strata.db'))).toBe(true)
  const again = await open(path)
  expect(await again.audit.verify(head)).toMatchObject({ status: 'intact', entries: entries + 1, containsHead: true })
  expect((await again.audit.list({ limit: 1 })).entries[0]?.facts).toMatchObject({ type: 'store_restored', actor: 'anna', head })
  expect((await again.journal.entries()).length).toBeGreaterThanOrEqual(1)
})

test('STORE6 what is no backup, or one whose trail was changed, is not restored', async () => {
  const path = folder()
  const store = await openStore(path, systemClock)
  for (let n = 0; n < 3; n++) store.audit.add({ at: new Date().toISOString(), type: 'sent', actor: 'anna', modules: [], facts: { n } })
  const file = join(path, 'backup.db')
  await backUp(store, file)
  await store.close()
  const database = new DatabaseSync(file)
  database.exec('delete from audit where seq = 2')
  database.close()
  expect(await failureOf(restoreStore(path, file, 'anna', systemClock))).toMatch(/does not verify: entry 2 \(missing\)/)
  expect(await failureOf(restoreStore(path, join(path, 'nothing'), 'anna', systemClock))).toMatch(/there is no file/)
  writeFileSync(join(path, 'text'), 'no database')
  expect(await failureOf(restoreStore(path, join(path, 'text'), 'anna', systemClock))).toMatch(/is no backup of Strata/)
  expect(readdirSync(path).filter((name) => name.startsWith('replaced'))).toEqual([])
  expect((await open(path)).audit.head().seq).toBe(3)
})

test('STORE1 what cannot be written is answered so, and written once it can be', async () => {
  const clock = new ManualClock()
  const store = await openStore(null, clock)
  onTestFinished(() => store.close())
  store.database.exec("create trigger full before insert on audit begin select raise(abort, 'disk full'); end")
  store.audit.add({ at: new Date().toISOString(), type: 'sent', actor: 'anna', modules: [], facts: {} })
  await expect(store.settled()).rejects.toMatchObject({ fault: { code: 'not_durable', done: true } })
  store.database.exec('drop trigger full')
  clock.advance(1_000)
  await store.settled()
  expect(await store.audit.verify(undefined)).toMatchObject({ status: 'intact', entries: 1 })
})
