import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '@strata/runtime'
import { expect, onTestFinished, test } from 'vitest'
import { failureOf } from '../../test/failure-of.ts'
import { FIRST_SCHEMA } from '../../test/first-schema.ts'
import { loaded } from '../../test/journal-changes.ts'
import { openStore, type Store } from './store.ts'

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

test.each([
  ['strata.db', mkdirSync, /^\S+strata\.db cannot be opened or read \(unable to open database file\): see that .* STRATA_DATA=…$/],
  ['lock.db', mkdirSync, /^\S+lock\.db cannot be opened or read \(.*\): see that .* STRATA_DATA=…$/],
  ['lock.db', spoil, /^\S+lock\.db is damaged: it holds nothing, so remove it while no server runs, and start again$/],
  ['strata.db', spoil, /^\S+strata\.db is damaged: restore a backup with \.\/strata restore FILE, or move it away .*$/],
] as const)('STORE5 what stands in the place of %s is told by its path and with the way out', async (name, put, sentence) => {
  const path = folder()
  put(join(path, name))
  expect(await failureOf(openStore(path, systemClock))).toMatch(sentence)
  rmSync(join(path, name), { recursive: true })
  await open(path)
})

function spoil(file: string): void {
  writeFileSync(file, Buffer.alloc(5_000, 0x5a))
}

test('STORE4 the lock of a server that was killed is free at once', async () => {
  const path = folder()
  const lock = new URL('./folder-lock.ts', import.meta.url).href
  // It keeps the lock where nothing collects it: what is collected is closed.
  const holder = `const { lockFolder } = await import(${JSON.stringify(lock)}); globalThis.held = lockFolder(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  expect(await failureOf(openStore(path, systemClock))).toMatch(`pid ${child.pid},`)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await open(path)
})

test('STORE3 only the account of the server can read the store', async () => {
  const path = join(folder(), 'inner')
  const umask = process.umask(0)
  onTestFinished(() => void process.umask(umask))
  const store = await open(path)
  await store.journal.append([loaded('m', 1)])
  expect(statSync(path).mode & 0o777).toBe(0o700)
  const files = readdirSync(path).filter((name) => !name.startsWith('lock.db-'))
  expect(files).toEqual(expect.arrayContaining(['lock.db', 'owner', 'strata.db', 'strata.db-wal']))
  for (const name of files) expect([name, statSync(join(path, name)).mode & 0o777]).toEqual([name, 0o600])
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
