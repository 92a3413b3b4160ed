import { expect, test } from 'vitest'
import { StreamSeats } from './stream-seats.ts'

test('DOOR11 a session has twenty streams at most', () => {
  const seats = new StreamSeats()
  const leave = Array.from({ length: 20 }, () => seats.take('a'))
  expect(() => seats.take('a')).toThrow('too_many_streams')
  seats.take('b')
  leave[0]?.()
  leave[0]?.()
  seats.take('a')
  expect(() => seats.take('a')).toThrow('too_many_streams')
})
