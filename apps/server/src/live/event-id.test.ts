import { expect, test } from 'vitest'
import { formatEventId, parseEventId } from './event-id.ts'

test('an id names an event in one life of the server', () => {
  expect(parseEventId(formatEventId('ab12', 7))).toEqual({ life: 'ab12', seq: 7 })
  expect(parseEventId('7')).toEqual({ life: undefined, seq: 7 })
  for (const text of ['', 'x', '-7', 'ab12-', '1e9', '7 ', 'AB-7', '9'.repeat(16)]) expect(parseEventId(text)).toBeUndefined()
})
