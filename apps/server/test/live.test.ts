import type { Pid } from '@strata/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SESSION_LIFE_MS } from '../src/auth/sessions.ts'
import { streamEvents, WAITING_EVENTS_MAX } from '../src/live/event-stream.ts'
import { openStream, type StreamItem } from './read-stream.ts'
import { startServer, type StrataServer, TOKEN } from './strata-server.ts'

const EVENTS = 400
let server: StrataServer
let pid: Pid

beforeAll(async () => {
  server = await startServer()
  pid = (await server.engine.processes({})).rows[0]!.pid
})
afterAll(() => server.stop())

async function session(): Promise<Record<string, string>> {
  return { cookie: await server.signIn(), 'sec-fetch-site': 'same-origin' }
}

/** Numbers of the messages that were sent, as far as the stream told them. */
function sentOf(items: readonly StreamItem[]): readonly string[] {
  return items.flatMap(({ data }) => (data.type === 'sent' ? [data.by.reason] : []))
}

test('DOOR11 a stream that is cut five times under load misses nothing and tells nothing twice', async () => {
  const headers = await session()
  const told: StreamItem[] = []
  let stream = await openStream(server.port, headers)
  await stream.until((items) => items.length > 0)
  const sending: Promise<void>[] = []
  const send = (from: number) => {
    for (let number = from; number < from + EVENTS / 5; number++)
      sending.push(server.engine.send(pid, { type: 'add' }, { actor: 'test', reason: String(number) }))
  }
  for (let cut = 0; cut < 5; cut++) {
    // Some of these are read, some are on their way, and some happen while nobody is connected.
    send((cut * EVENTS) / 5)
    await stream.until((items) => sentOf(items).length >= 30)
    stream.cut()
    told.push(...stream.items)
    stream = await openStream(server.port, headers, told.at(-1)!.id)
  }
  await Promise.all(sending)
  await stream.until((items) => sentOf([...told, ...items]).at(-1) === String(EVENTS - 1))
  told.push(...stream.items)
  stream.cut()
  expect(sentOf(told)).toEqual(Array.from({ length: EVENTS }, (_, number) => String(number)))
  expect(told.filter(({ data }) => data.type === 'gap')).toEqual([])
  const seqs = told.flatMap(({ data }) => (data.type === 'ready' || data.type === 'gap' || data.type === 'told' ? [] : [data.seq]))
  expect(seqs).toEqual(Array.from(seqs, (_, index) => seqs[0]! + index))
})

test('DOOR11 an id of another life, of the future, or of nothing is answered with a gap', async () => {
  const headers = await session()
  for (const id of [`dead-${server.engine.lastSeq()}`, '999999999', 'nonsense']) {
    const stream = await openStream(server.port, headers, id)
    await stream.until((items) => items.length > 0)
    expect(stream.items[0]?.data).toMatchObject({ type: 'gap' })
    stream.cut()
  }
})

test('DOOR11 who missed more than it wants to hear is told of a gap and nothing else of it', async () => {
  const clock = server.clock
  const from = server.engine.lastSeq()
  for (let count = 0; count < 5; count++) await server.engine.send(pid, { type: 'add' }, { actor: 'test', reason: 'missed' })
  const first = async (backlogMax: number) => {
    const closed = new AbortController()
    const stream = streamEvents({
      engine: server.engine,
      activity: { subscribe: () => () => undefined },
      clock,
      life: 'life',
      lastEventId: `life-${from}`,
      backlogMax,
      closed: closed.signal,
      watch: undefined,
      cut: () => undefined,
    })
    const { value } = await stream.next()
    closed.abort()
    await stream.return()
    return value?.[1]
  }
  expect(await first(10_000)).toMatchObject({ type: 'ready', seq: from })
  expect(await first(4)).toEqual({ type: 'gap', seq: expect.any(Number), at: new Date(clock.now()).toISOString() })
})

test('DOOR11 what system.info answers is where a stream can begin', async () => {
  const { lastEventId } = (await server.call('system.info')).data
  await server.engine.send(pid, { type: 'add' }, { actor: 'test', reason: 'after' })
  const stream = await openStream(server.port, await session(), lastEventId)
  await stream.until((items) => sentOf(items).includes('after'))
  expect(stream.items[0]?.data.type).toBe('ready')
  stream.cut()
})

test.each(['sign-out', 'expiry'] as const)('DOOR11 a stream ends with its session: %s', async (how) => {
  const headers = await session()
  const stream = await openStream(server.port, headers)
  await stream.until((items) => items.length > 0)
  // Nothing is said and nobody looks: the session's end alone ends it.
  if (how === 'sign-out') await server.call('session.signOut', undefined, headers)
  else server.clock.advance(SESSION_LIFE_MS)
  await stream.ended
  expect(stream.faults).toEqual([{ code: 'unauthenticated', why: 'session_ended' }])
  expect((await openStream(server.port, headers)).status).toBe(401)
})

test('DOOR11 the twenty-first stream of a session is refused, another session has its own', async () => {
  const headers = await session()
  const streams = await Promise.all(Array.from({ length: 20 }, () => openStream(server.port, headers)))
  await Promise.all(streams.map((stream) => stream.until((items) => items.length > 0)))
  const more = await openStream(server.port, headers)
  await more.ended
  expect(more.faults).toEqual([{ code: 'too_many_streams', limit: 20 }])
  const other = await openStream(server.port, await session())
  await other.until((items) => items.length > 0)
  expect(other.faults).toEqual([])
  for (const stream of [...streams, other]) stream.cut()
  await Promise.all(streams.map(({ ended }) => ended))
})

test('DOOR11 a token opens a stream without a browser', async () => {
  const stream = await openStream(server.port, { authorization: `Bearer ${TOKEN}` })
  await stream.until((items) => items.length > 0)
  expect(stream.items[0]?.data.type).toBe('ready')
  stream.cut()
})

test('DOOR11 a reader that does not keep up is cut', async () => {
  const closed = new AbortController()
  const { engine, clock } = server
  const stream = streamEvents({
    engine,
    activity: { subscribe: () => () => undefined },
    clock,
    life: 'a',
    lastEventId: undefined,
    closed: closed.signal,
    watch: undefined,
    cut: () => closed.abort(),
  })
  await stream.next()
  const reading = stream.next()
  await engine.send(pid, { type: 'add' }, { actor: 'test', reason: 'read' })
  expect((await reading).done).toBe(false)
  // A few places are left for the samples that come meanwhile.
  for (let number = 0; number < WAITING_EVENTS_MAX - 50; number++) await engine.send(pid, { type: 'add' }, { actor: 'test', reason: '' })
  expect(closed.signal.aborted).toBe(false)
  for (let number = 0; number < 51; number++) await engine.send(pid, { type: 'add' }, { actor: 'test', reason: '' })
  expect(closed.signal.aborted).toBe(true)
  expect((await stream.next()).done).toBe(true)
})

test('DOOR11 what the server itself does is on the stream at once, and after a cut is said to be read again', async () => {
  const headers = await session()
  const stream = await openStream(server.port, headers)
  await stream.until((items) => items.length > 0)
  await server.call('people.invite', { name: 'lia', role: 'viewer' })
  const toldOf = (items: readonly StreamItem[]) => items.flatMap(({ data }) => (data.type === 'told' ? [data.event] : []))
  await stream.until((items) => toldOf(items).length > 0)
  expect(toldOf(stream.items)).toMatchObject([{ type: 'person_invited', actor: 'token', person: 'lia' }])
  expect(JSON.stringify(stream.items)).not.toContain('#invitation')
  const last = stream.items.at(-1)!.id
  stream.cut()
  await server.call('people.setRole', { name: 'lia', role: 'operator' })
  const again = await openStream(server.port, headers, last)
  await again.until((items) => toldOf(items).length > 0)
  expect([again.items[0]?.data.type, toldOf(again.items)]).toEqual(['ready', [null]])
  again.cut()
})
