import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@strata/runtime'
import { expect, onTestFinished, test } from 'vitest'
import { placeAt } from '../../test/store-kinds.ts'
import type { PostgresPlace } from './postgres-connection.ts'
import { openStore } from './store.ts'
import { nameSystem, storePlace } from './store-place.ts'

test('STORE3 each system’s folder has a store of its own, whatever it is called, and the store says whose it is', async () => {
  const root = mkdtempSync(join(tmpdir(), 'strata-systems-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const folders = ['a/app', 'b/app', 'a/ein system ü'].map((name) => join(root, name))
  for (const folder of folders) mkdirSync(folder, { recursive: true })
  const stores = folders.map((folder) => storePlace(null, '/data', folder))
  expect(new Set(stores).size).toBe(3)
  for (const store of stores) expect(store).toMatch(/^\/data\/systems\/[\w.-]+-[0-9a-f]{8}$/)
  expect(storePlace(null, '/data', join(root, 'a', '..', 'a', 'app'))).toBe(stores[0])

  const { address } = placeAt('postgres://anna@db.example.com/strata')
  const schemas = folders.map((folder) => (storePlace(address, '/data', folder) as PostgresPlace).schema)
  expect(new Set(schemas).size).toBe(3)
  for (const schema of schemas) expect(schema).toMatch(/^strata_[a-z0-9_]+_[0-9a-f]{8}$/)
  const named = placeAt('postgres://anna@db.example.com/strata?schema=rooms').address
  expect(storePlace(named, '/data', root)).toMatchObject({ schema: 'rooms' })

  const store = await openStore(null, systemClock)
  onTestFinished(() => store.close())
  for (const folder of folders) await nameSystem(store, folder)
  expect(await store.db.selectFrom('settings').selectAll().execute()).toEqual([
    { name: 'system_folder', value: JSON.stringify(folders[2]) },
  ])
})
