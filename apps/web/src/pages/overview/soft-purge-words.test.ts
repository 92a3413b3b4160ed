import { expect, test } from 'vitest'
import { tellSoftPurge } from './soft-purge-words.ts'

test('PIN4 a soft purge from a stack says what it did: of one generation, and of all that had drained', () => {
  const done = { purged: [{ number: 3 }], pinned: [] }
  const stays = { purged: [], pinned: [{ number: 3, pids: ['1.7'] }] }
  const many = { purged: [{ number: 3 }, { number: 4 }], pinned: [{ number: 1, pids: ['1.7', '1.8'] }] }
  expect([tellSoftPurge('session', 3, done), tellSoftPurge('session', 3, stays)]).toMatchObject([
    { tone: 'good', text: 'session@3 is purged. Nobody was ended.' },
    { tone: 'warn', text: 'session@3 stays: 1 process pins it again.' },
  ])
  expect(tellSoftPurge('session', null, many)).toEqual({ tone: 'good', text: '2 generations of session are purged. Nobody was ended.' })
  expect(tellSoftPurge('session', null, stays)).toMatchObject({ tone: 'warn' })
})
