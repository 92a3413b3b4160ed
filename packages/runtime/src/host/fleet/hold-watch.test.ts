import { expect, test } from 'vitest'
import { moduleOf } from '../../code/system-folder.ts'
import { ManualClock } from '../../testing/index.ts'
import { moduleOfPlace } from './hold-place.ts'
import { HoldWatch } from './hold-watch.ts'
import { WORD_COUNT, WORD_SERIAL, WORD_TURN } from '../shared-words.ts'

test('TURN1 a turn of a second or more is told once it has ended, the longest of several, and no time between turns counts', () => {
  const clock = new ManualClock()
  const words = new Int32Array(WORD_COUNT)
  const watch = new HoldWatch(1, words, clock)
  /** One turn of `serial`, looked at as the control plane does, and then nobody. */
  const turn = (serial: number, ms: number) => {
    words[WORD_TURN]! += 1
    words[WORD_SERIAL] = serial
    for (let passed = 0; passed < ms; passed += 50) {
      watch.look()
      clock.advance(50)
    }
    watch.look()
    words[WORD_SERIAL] = 0
  }
  turn(7, 950)
  clock.advance(60_000)
  expect(watch.takeLongTurn()).toBeNull()
  turn(8, 1_000)
  turn(9, 3_000)
  turn(10, 2_000)
  clock.advance(60_000)
  expect([watch.takeLongTurn(), watch.takeLongTurn()]).toEqual([{ pid: '1.9', tookMs: 3_000 }, null])
  // The next turn begins before anybody looks.
  turn(11, 1_500)
  words[WORD_TURN]! += 1
  words[WORD_SERIAL] = 12
  expect(watch.takeLongTurn()).toEqual({ pid: '1.11', tookMs: 1_500 })
})

test('TURN1 the module of a long turn is the one whose file it was in', () => {
  const folder = { moduleOf: (path: string) => moduleOf(path, 'generations/') }
  const places = ['session.ts:41', 'generations/billing/pricing/7-new.ts:3', 'node_modules/marked/lib.js:1', 'session.ts', null]
  expect(places.map((place) => moduleOfPlace(folder, place))).toEqual(['session', 'billing/pricing', null, null, null])
})
