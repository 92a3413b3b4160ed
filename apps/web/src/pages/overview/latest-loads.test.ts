import { expect, test } from 'vitest'
import type { ModuleView } from '@strata/runtime'
import { listLatest } from './latest-loads.ts'

function layer(number: number, status: 'current' | 'old', minute: number) {
  return { number, status, loadedAt: `2026-11-22T14:${minute}:00.000Z`, loadedBy: 'anna', note: `note ${number}` }
}

test('SAFE1 the latest load stands first, each with the loaded generation below it', () => {
  const modules = [
    { name: 'render', layers: [layer(1, 'current', 10)] },
    { name: 'session', layers: [layer(4, 'old', 40), layer(3, 'current', 30), layer(1, 'old', 11)] },
    { name: 'gone', layers: [layer(1, 'old', 50)] },
  ] as unknown as ModuleView[]
  expect(listLatest(modules).map(({ module, number, before, note }) => [module, number, before, note])).toEqual([
    ['session', 3, 1, 'note 3'],
    ['render', 1, null, 'note 1'],
  ])
})
