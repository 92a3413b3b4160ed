import fs, { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@strata/runtime'
import { expect, onTestFinished, test } from 'vitest'
import { backUp } from './backup.ts'
import { restoreStore } from './restore.ts'
import { openStore } from './store.ts'

test('STORE6 whatever ends a restore on the way, there is a store in its place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'strata-restore-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const place = join(folder, 'store')
  const store = await openStore(place, systemClock)
  const backup = join(folder, 'backup.db')
  await backUp(store, backup)
  await store.close()

  const { renameSync } = fs
  const isThere: boolean[] = []
  fs.renameSync = (from, to) => {
    renameSync(from, to)
    isThere.push(existsSync(join(place, 'strata.db')))
  }
  syncBuiltinESMExports()
  onTestFinished(() => {
    fs.renameSync = renameSync
    syncBuiltinESMExports()
  })
  expect(await restoreStore(place, backup, 'anna', systemClock)).toMatchObject({ status: 'restored', access: 'present' })
  expect(new Set(isThere)).toEqual(new Set([true]))
})
