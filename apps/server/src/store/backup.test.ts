import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { systemClock } from '@strata/runtime'
import { expect, onTestFinished, test } from 'vitest'
import { failureOf } from '../../test/failure-of.ts'
import { backUp, readBackup } from './backup.ts'
import { openStore, type Store } from './store.ts'

async function opened(): Promise<{ readonly store: Store; readonly file: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-backup-'))
  const store = await openStore(join(folder, 'store'), systemClock)
  onTestFinished(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  store.audit.add({ at: new Date().toISOString(), type: 'sent', actor: 'anna', modules: ['m'], facts: {} })
  return { store, file: join(folder, 'backup.db') }
}

/** The store with something that happens while it is copied. */
function copying(store: Store, meanwhile: (part: string) => void): Store {
  const copyTo = async (part: string): Promise<void> => {
    meanwhile(part)
    await store.copyTo(part)
    meanwhile(part)
  }
  return Object.assign(Object.create(store) as Store, { copyTo })
}

test('STORE6 a backup is nobody else’s to read from its first byte on, and has its name once it is whole', async () => {
  const { store, file } = await opened()
  const umask = process.umask(0)
  onTestFinished(() => void process.umask(umask))
  const seen: unknown[] = []
  await backUp(
    copying(store, (part) => seen.push([statSync(part).mode & 0o777, existsSync(file)])),
    file,
  )
  expect(seen).toEqual([
    [0o600, false],
    [0o600, false],
  ])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(dirname(file)).sort()).toEqual(['backup.db', 'store'])
})

test('STORE6 a backup that fails, or meets another file of its name, leaves nothing behind', async () => {
  const { store, file } = await opened()
  const failing = copying(store, () => {
    throw new Error('the disk is gone')
  })
  expect(await failureOf(backUp(failing, file))).toMatch(/could not be written: the disk is gone/)
  expect(readdirSync(dirname(file))).toEqual(['store'])
  const other = copying(store, () => writeFileSync(file, 'of somebody else'))
  expect(await failureOf(backUp(other, file))).toMatch(/could not be written: EEXIST/)
  expect(readFileSync(file, 'utf8')).toBe('of somebody else')
  expect(readdirSync(dirname(file)).sort()).toEqual(['backup.db', 'store'])
})

test('STORE6 reading a backup changes nothing of it', async () => {
  const { store, file } = await opened()
  const { head, entries } = await backUp(store, file)
  const bytes = readFileSync(file)
  chmodSync(file, 0o400)
  expect(await readBackup(file)).toEqual({ head, entries })
  expect(readFileSync(file).equals(bytes)).toBe(true)
  expect(readdirSync(dirname(file)).sort()).toEqual(['backup.db', 'store'])
})
