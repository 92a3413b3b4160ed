import { ManualClock } from '@strata/runtime/testing'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openStore, type Store } from '../store/store.ts'
import { hashEntry } from './audit-chain.ts'
import type { AuditFacts } from './audit-trail.ts'

async function trailOf(count: number): Promise<Store> {
  const clock = new ManualClock()
  const store = await openStore(null, clock)
  onTestFinished(() => store.close())
  for (let n = 1; n <= count; n++) {
    store.audit.add(entry(n, clock))
    clock.advance(1_000)
  }
  await store.settled()
  return store
}

function entry(n: number, clock: ManualClock): AuditFacts {
  return {
    at: new Date(clock.now()).toISOString(),
    type: n % 2 === 0 ? 'killed' : 'loaded',
    actor: n % 3 === 0 ? 'ben' : 'anna',
    modules: n % 5 === 0 ? ['session', 'render'] : ['session'],
    facts: { n },
  }
}

async function numbers(store: Store, query: Parameters<Store['audit']['list']>[0]): Promise<readonly number[]> {
  return (await store.audit.list(query)).entries.map(({ facts }) => (facts as { n: number }).n)
}

test('AUDIT1 each entry’s hash covers the one before: the chain of all entries verifies, and knows each of its heads', async () => {
  const store = await trailOf(12)
  const head = store.audit.head()
  expect(await store.audit.verify(head.hash)).toEqual({ status: 'intact', entries: 12, head: head.hash, containsHead: true })
  const { entries } = await store.audit.list({ limit: 12 })
  expect(await store.audit.verify(entries.at(-1)?.hash)).toMatchObject({ containsHead: true })
  expect(await store.audit.verify('f'.repeat(64))).toMatchObject({ status: 'intact', containsHead: false })
})

test.each([
  ['a changed text', `update audit set body = replace(body, '"n":7', '"n":8') where seq = 7`, { seq: 7, why: 'hash' }],
  ['a changed actor beside the text', `update audit set actor = 'eve' where seq = 4`, { seq: 4, why: 'columns' }],
  ['a moved time beside the text', `update audit set at = at + 1 where seq = 4`, { seq: 4, why: 'columns' }],
  ['an entry hidden from its module', `delete from audit_modules where seq = 5 and module = 'render'`, { seq: 5, why: 'modules' }],
  ['an entry laid upon another module', `insert into audit_modules (module, seq) values ('other', 6)`, { seq: 6, why: 'modules' }],
  ['a removed entry', `delete from audit where seq = 5`, { seq: 5, why: 'missing' }],
  ['a removed beginning', `delete from audit where seq <= 2`, { seq: 1, why: 'missing' }],
])('AUDIT2 %s shows, with the entry', async (_, change, broken) => {
  const store = await trailOf(10)
  await sql.raw(change).execute(store.db)
  expect(await store.audit.verify(undefined)).toEqual({ status: 'broken', entries: broken.seq - 1, broken })
})

test('AUDIT2 a cut end shows to whoever kept a head', async () => {
  const store = await trailOf(10)
  const { hash } = store.audit.head()
  await sql`delete from audit where seq > 8`.execute(store.db)
  expect(await store.audit.verify(undefined)).toMatchObject({ status: 'intact', entries: 8 })
  expect(await store.audit.verify(hash)).toMatchObject({ containsHead: false })
})

test('AUDIT1 an entry that was changed and hashed anew breaks the chain behind it', async () => {
  const store = await trailOf(4)
  const second = await store.db.selectFrom('audit').select('body').where('seq', '=', 2).executeTakeFirstOrThrow()
  const first = await store.db.selectFrom('audit').select('hash').where('seq', '=', 1).executeTakeFirstOrThrow()
  const forged = second.body.replace('"n":2', '"n":9')
  await store.db
    .updateTable('audit')
    .set({ body: forged, hash: hashEntry(first.hash, 2, forged) })
    .where('seq', '=', 2)
    .execute()
  expect(await store.audit.verify(undefined)).toMatchObject({ status: 'broken', broken: { seq: 3, why: 'hash' } })
})

test('AUDIT3 the trail is read newest first, by kind, actor, module and time, in pages', async () => {
  const store = await trailOf(20)
  expect(await numbers(store, { limit: 3 })).toEqual([20, 19, 18])
  expect(await store.audit.list({ limit: 3, before: 3 })).toMatchObject({ more: false, entries: [{ seq: 2 }, { seq: 1 }] })
  expect((await store.audit.list({ limit: 3, before: 5 })).more).toBe(true)
  expect(await numbers(store, { limit: 9, types: ['killed'] })).toEqual([20, 18, 16, 14, 12, 10, 8, 6, 4])
  expect(await numbers(store, { limit: 9, types: [] })).toEqual([])
  expect(await numbers(store, { limit: 9, actor: 'ben' })).toEqual([18, 15, 12, 9, 6, 3])
  expect(await numbers(store, { limit: 9, module: 'render' })).toEqual([20, 15, 10, 5])
  expect(await numbers(store, { limit: 9, module: 'render', actor: 'ben' })).toEqual([15])
  const start = Date.UTC(2026, 0, 1)
  expect(await numbers(store, { limit: 9, since: start + 4_000, until: start + 7_000 })).toEqual([7, 6, 5])
})
