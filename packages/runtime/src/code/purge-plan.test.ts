import { expect, test } from 'vitest'
import type { Pid } from '../ids.ts'
import type { Victim } from '../inspect/views.ts'
import { decideVictims } from './purge-plan.ts'

const victim = (serial: number, because: Victim['because'] = 'pins'): Victim => ({
  pid: `1.${serial}` as Pid,
  name: null,
  function: 'loop',
  at: 'm.ts:1',
  module: 'm',
  generation: 1,
  queueLength: 0,
  startedAt: '2026-01-01T00:00:00.000Z',
  links: [],
  because,
})

test('PLAN1 exactly the planned victims are hit', () => {
  expect(decideVictims([victim(1), victim(2, 'link')], [victim(1), victim(2, 'link')])).toEqual({
    status: 'execute',
    kill: ['1.1'],
    fall: ['1.2'],
    skipped: [],
  })
})

test('PLAN1 a victim that ended, or no longer pins, is skipped', () => {
  expect(decideVictims([victim(1), victim(2)], [victim(2)])).toEqual({ status: 'execute', kill: ['1.2'], fall: [], skipped: ['1.1'] })
})

test('PLAN1 one more that pins, or falls with them, refuses the act and is named', () => {
  expect(decideVictims([victim(1)], [victim(1), victim(3)])).toEqual({
    status: 'changed',
    changes: [{ type: 'one_more', victim: victim(3) }],
  })
  expect(decideVictims([victim(1)], [victim(1), victim(4, 'link')])).toMatchObject({
    status: 'changed',
    changes: [{ victim: { pid: '1.4' } }],
  })
})

test('PLAN1 a process that pinned by itself and now only falls by a link is still in the plan', () => {
  expect(decideVictims([victim(1), victim(2)], [victim(1), victim(2, 'link')])).toEqual({
    status: 'execute',
    kill: ['1.1'],
    fall: ['1.2'],
    skipped: [],
  })
})
