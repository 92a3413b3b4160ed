import { ManualClock } from '@strata/runtime/testing'
import { expect, test } from 'vitest'
import { SESSION_LIFE_MS, Sessions } from './sessions.ts'

const PLACE = { how: 'link', from: '127.0.0.1', agent: 'test' } as const

test('DOOR3 each sign-in has a new id, and its key does not tell the id', () => {
  const sessions = new Sessions(new ManualClock())
  const [first, second] = [sessions.begin('owner', PLACE), sessions.begin('owner', PLACE)]
  expect(first.id).not.toBe(second.id)
  expect(first.session.key).not.toContain(first.id)
  expect(sessions.find(first.session.key)).toBeUndefined()
  expect(sessions.find(first.id)).toBe(first.session)
})

test('DOOR3 a session ends after twelve hours, and says so', () => {
  const clock = new ManualClock()
  const sessions = new Sessions(clock)
  const { id, session } = sessions.begin('owner', PLACE)
  clock.advance(SESSION_LIFE_MS - 1)
  expect(sessions.find(id)).toMatchObject({ key: session.key, facts: { seenAt: clock.now() } })
  clock.advance(1)
  expect(session.ended.aborted).toBe(true)
  expect(sessions.find(id)).toBeUndefined()
})

test('ends one session and leaves others', () => {
  const sessions = new Sessions(new ManualClock())
  const [first, second] = [sessions.begin('owner', PLACE), sessions.begin('owner', PLACE)]
  sessions.end(first.session.key)
  expect([first.session.ended.aborted, second.session.ended.aborted]).toEqual([true, false])
  expect([sessions.find(first.id), sessions.find(second.id)]).toEqual([undefined, second.session])
})
