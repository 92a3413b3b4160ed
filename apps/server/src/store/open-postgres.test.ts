import { systemClock } from '@strata/runtime'
import { ManualClock } from '@strata/runtime/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startRelay } from '../../test/hanging-relay.ts'
import { failureOf } from '../../test/failure-of.ts'
import { loaded } from '../../test/journal-changes.ts'
import { NO_POSTGRES, PASSWORD } from '../../test/postgres-server.ts'
import { placeAt, placeIn, postgresOfFile } from '../../test/store-kinds.ts'
import { openStore, type Store } from './store.ts'

const postgres = postgresOfFile()

async function open(place: Parameters<typeof openStore>[0], clock = new ManualClock()): Promise<Store> {
  const store = await openStore(place, clock)
  onTestFinished(() => store.close().catch(() => undefined))
  return store
}

function entry(n: number) {
  return { at: new Date(0).toISOString(), type: 'sent', actor: 'anna', modules: [], facts: { n } }
}

/** Short, and long enough for a query on a busy machine, tables apart: they are made before. */
const PATIENCE = { connectMs: 2_000, queryMs: 2_000 }

test('STORE10 a database that accepts and never answers is one sentence at start', async () => {
  const silent = await startRelay(0)
  silent.hang()
  onTestFinished(() => silent.close())
  const place = { ...placeAt(`postgres://anna:secret@127.0.0.1:${silent.port}/strata`), patience: PATIENCE }
  expect(await failureOf(openStore(place, systemClock))).toMatch(
    /^PostgreSQL cannot be reached for the database strata at \S+ \(timeout expired\): start it, or mend STRATA_DATABASE_URL$/,
  )
})

describe.skipIf(NO_POSTGRES !== null)('PostgreSQL', () => {
  test('STORE9 a PostgreSQL that accepts and never answers is away after its time, for all who wait at once, and nothing is done twice', async () => {
    const server = await postgres()
    const relay = await startRelay(server.port)
    onTestFinished(() => relay.close())
    const clock = new ManualClock()
    const database = await server.newDatabase()
    await (await open(placeIn(server, database))).close()
    const place = { ...placeAt(server.url(database).replace(`:${server.port}/`, `:${relay.port}/`)), patience: PATIENCE }
    const store = await open(place, clock)
    store.audit.add(entry(1))
    await store.settled()
    relay.hang()
    // It is written there, and the answer never comes.
    store.audit.add(entry(2))
    const asked = performance.now()
    const waiting = Promise.allSettled([
      store.audit.verify(undefined),
      store.journal.append([loaded('m', 1)]),
      store.db.selectFrom('lives').selectAll().execute(),
    ])
    await expect(store.settled()).rejects.toMatchObject({
      fault: { code: 'not_durable', done: true, why: expect.stringMatching(/timeout/) },
    })
    for (const answer of await waiting)
      expect(answer).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(/timeout/) } })
    expect(performance.now() - asked).toBeLessThan(3 * (PATIENCE.connectMs + PATIENCE.queryMs))
    expect(() => store.writes.requireWritable()).toThrow('not_durable')
    relay.recover()
    clock.advance(1_000)
    await store.settled()
    await store.journal.append([loaded('m', 1)])
    expect(await store.audit.verify(undefined)).toMatchObject({ status: 'intact', entries: 2 })
    // It hangs while the server stops: that is not waited for.
    relay.hang()
    await store.close()
    relay.recover()
    expect(await (await open(place)).journal.entries()).toHaveLength(1)
  })

  test('STORE10 what is wrong with an address is one sentence with the way out, and without the password', async () => {
    const server = await postgres()
    const database = await server.newDatabase()
    await server.run(database, `create role guest login password 'guest-of-the-tests'`)
    const at = (url: string) => failureOf(openStore(placeAt(url), systemClock))
    const sentences = [
      [await at(server.url(database).replace(String(server.port), '1')), /cannot be reached .*ECONNREFUSED.*STRATA_DATABASE_URL/],
      [await at(`postgres://anna:${encodeURIComponent(PASSWORD)}@no-such-host.invalid/x`), /cannot be reached/],
      [await at(server.url(database, { password: 'wrong-of-the-tests' })), /does not let postgres into .*the password/],
      [await at(`postgres://postgres@127.0.0.1:${server.port}/${database}`), /does not let postgres into .*the password/],
      [await at(server.url('nothing')), /There is no database nothing at .*createdb nothing/],
      [await at(server.url(database, { user: 'guest', password: 'guest-of-the-tests' })), /grant create on database/],
    ] as const
    for (const [sentence, expected] of sentences) {
      expect(sentence).toMatch(expected)
      for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'of-the-tests']) expect(sentence).not.toContain(secret)
    }
  })

  test('STORE4 one server has a schema: a second one is refused with who has it, another schema beside it is not', async () => {
    const server = await postgres()
    const database = await server.newDatabase()
    const first = await open(placeIn(server, database))
    expect(await failureOf(openStore(placeIn(server, database), systemClock))).toMatch(
      new RegExp(`is used by another server \\(pid ${process.pid}@\\S+, since 2.*STRATA_DATABASE_URL`),
    )
    const beside = await open(placeIn(server, database, 'other'))
    await beside.journal.append([loaded('m', 1)])
    await first.journal.append([loaded('m', 1), loaded('m', 2)])
    expect([(await first.journal.entries()).length, (await beside.journal.entries()).length]).toEqual([2, 1])
    await first.close()
    expect(await (await open(placeIn(server, database))).journal.entries()).toHaveLength(2)
  })

  test('STORE9 a PostgreSQL that is away is answered so, loses nothing that was acknowledged, and is gone on with by itself', async () => {
    const server = await postgres()
    const clock = new ManualClock()
    const place = placeIn(server, await server.newDatabase())
    const store = await open(place, clock)
    await store.journal.append([loaded('m', 1)])
    store.audit.add(entry(1))
    await store.settled()
    await server.kill()
    store.audit.add(entry(2))
    await expect(store.settled()).rejects.toMatchObject({ fault: { code: 'not_durable', done: true, why: expect.stringMatching(/\w/) } })
    await expect(store.journal.append([loaded('m', 2)])).rejects.toThrow(/ECONNREFUSED|terminated/)
    expect(() => store.writes.requireWritable()).toThrow('not_durable')
    await server.start()
    await store.journal.append([loaded('m', 2)])
    clock.advance(1_000)
    await store.settled()
    expect(await store.audit.verify(undefined)).toMatchObject({ status: 'intact', entries: 2 })
    await store.close()
    expect(await (await open(place)).journal.entries()).toHaveLength(2)
  })

  test('STORE9 a connection that was cut is made again with its lock, whatever it was doing', async () => {
    const server = await postgres()
    const clock = new ManualClock()
    const database = await server.newDatabase()
    const store = await open(placeIn(server, database), clock)
    for (let n = 1; n <= 20; n++) {
      store.audit.add(entry(n))
      await server.run('postgres', `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`)
      await store.settled().catch(() => clock.advance(1_000))
    }
    clock.advance(1_000)
    await store.settled()
    expect(await store.audit.verify(undefined)).toMatchObject({ status: 'intact', entries: 20 })
    expect(await failureOf(openStore(placeIn(server, database), systemClock))).toMatch(/is used by another server/)
  })

  test('STORE4 a server whose store another one took over while its connection was lost writes nothing any more', async () => {
    const server = await postgres()
    const clock = new ManualClock()
    const database = await server.newDatabase()
    const former = await open(placeIn(server, database), clock)
    former.audit.add(entry(1))
    await former.settled()
    // Its connection ends while it does nothing, and somebody else starts before it notices.
    await server.run('postgres', `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`)
    const next = await open(placeIn(server, database))
    next.audit.add(entry(2))
    await next.settled()
    await next.close()
    former.audit.add(entry(3))
    for (let times = 0; times < 3; times++) {
      await expect(former.settled()).rejects.toMatchObject({ fault: { code: 'not_durable', why: expect.stringMatching(/took over/) } })
      clock.advance(1_000)
    }
    await expect(former.journal.append([loaded('m', 1)])).rejects.toThrow(/took over/)
    const last = await open(placeIn(server, database))
    expect(await last.audit.verify(undefined)).toMatchObject({ status: 'intact', entries: 2 })
    expect(await last.journal.entries()).toEqual([])
  })
})
