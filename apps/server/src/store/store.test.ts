import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Clock, systemClock } from '@strata/runtime'
import { ManualClock } from '@strata/runtime/testing'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openGlassBreaks } from '../approvals/glass-breaks.ts'
import { ApiTokens } from '../auth/api-tokens.ts'
import { People } from '../auth/people.ts'
import { openApiTokens } from '../auth/stored-api-tokens.ts'
import { openPeople } from '../auth/stored-people.ts'
import { openSessions } from '../auth/stored-sessions.ts'
import { Sessions } from '../auth/sessions.ts'
import { PlanRegistry } from '../plans/plan-registry.ts'
import { openPlans } from '../plans/stored-plans.ts'
import { openSettings } from '../settings/settings.ts'
import { failureOf } from '../../test/failure-of.ts'
import { loaded, purged } from '../../test/journal-changes.ts'
import { storeKinds } from '../../test/store-kinds.ts'
import { backUp } from './backup.ts'
import { restoreStore } from './restore.ts'
import { openStore, type Store, type StorePlace } from './store.ts'

async function open(place: StorePlace, clock: Clock = systemClock): Promise<Store> {
  const store = await openStore(place, clock)
  onTestFinished(() => store.close().catch(() => undefined))
  return store
}

/** For a backup's file. */
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'strata-backup-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** An entry of the trail. */
function entry(n: number) {
  return { at: new Date().toISOString(), type: 'sent', actor: 'anna', modules: ['m'], facts: { type: 'sent', n } }
}

const kinds = storeKinds()
const PLACE = { how: 'link', from: '127.0.0.1', agent: 'test' } as const

// One battery: what is asked of a store is asked of either kind.
for (const { name, skipped, makePlace } of kinds) {
  describe.skipIf(skipped !== null)(name, () => {
    test('STORE3 GEN15 what was appended is there in another life: entries in order, facts whole, code as it was', async () => {
      const place = await makePlace()
      const first = await openStore(place, systemClock)
      await first.journal.append([loaded('m', 1, ['p'])])
      await first.journal.append([loaded('m', 2, ['p', 'q']), purged('m', 1)])
      const before = await first.journal.entries()
      await first.close()
      const second = await open(place)
      expect(await second.journal.entries()).toEqual(before)
      expect(before.map(({ type }) => type)).toEqual(['loaded', 'loaded', 'purged'])
      expect(before[1]).toEqual(loaded('m', 2, ['p', 'q']).entry)
      // What is kept of a release stands once, whoever was loaded with it.
      const releases = await second.db.selectFrom('contents').select('hash').where('kind', '=', 'release').execute()
      expect(releases.map(({ hash }) => hash).sort()).toEqual(['release:p', 'release:q'])
      expect(await second.journal.code({ module: 'm', number: 2 })).toEqual(loaded('m', 2, ['p', 'q']).codes[0])
    })

    test('STORE2 of a purged generation the text stays and the code goes, with the packages that no other one needs', async () => {
      const store = await open(await makePlace())
      await store.journal.append([loaded('m', 1, ['p', 'only']), loaded('m', 2, ['p'])])
      await store.journal.append([purged('m', 1)])
      expect(await store.journal.code({ module: 'm', number: 1 })).toBeUndefined()
      expect(await store.journal.source('source 1')).toBe('// m 1')
      const kept = await store.db.selectFrom('contents').select('hash').where('kind', '=', 'package').execute()
      expect(kept).toEqual([{ hash: 'p' }])
      expect(await store.journal.code({ module: 'm', number: 2 })).toMatchObject({ packages: [{ hash: 'p' }] })
    })

    test('STORE1 changes that are appended together are there together or not at all', async () => {
      const store = await open(await makePlace())
      await store.journal.append([loaded('m', 1)])
      await expect(store.journal.append([loaded('m', 2), purged('m', 1), loaded('m', 1)])).rejects.toThrow(/unique/i)
      expect((await store.journal.entries()).map(({ type }) => type)).toEqual(['loaded'])
      expect(await store.journal.code({ module: 'm', number: 1 })).toBeDefined()
      expect(await store.journal.source('source 2')).toBeUndefined()
      await store.journal.append([loaded('m', 2), purged('m', 1)])
      expect(await store.journal.entries()).toHaveLength(3)
    })

    test('STORE1 what is pushed in one go is durable together or not at all', async () => {
      const store = await open(await makePlace(), new ManualClock())
      const set = (name: string) =>
        store.writes.push(async (transaction) => void (await transaction.insertInto('settings').values({ name, value: '1' }).execute()))
      set('an act’s end')
      set('its entry')
      set('its entry')
      await expect(store.settled()).rejects.toMatchObject({ fault: { code: 'not_durable' } })
      expect(await store.db.selectFrom('settings').select('name').where('name', 'like', '%its e%').execute()).toEqual([])
      expect(await store.db.selectFrom('settings').select('name').where('name', 'like', 'an act%').execute()).toEqual([])
    })

    test('STORE3 times, texts of any character and bytes come back as they were', async () => {
      const store = await open(await makePlace())
      const text = 'ü 😀 \u202e "\'; drop table audit; -- \\ $1'
      const at = new Date(Date.UTC(2300, 0, 1)).toISOString()
      store.audit.add({ at, type: 'sent', actor: text, modules: [text], facts: { text: `${text}\0\ud800`, big: 2 ** 53 } })
      await store.settled()
      const { entries } = await store.audit.list({ limit: 10, actor: text, module: text, since: Date.parse(at) })
      expect(entries.map(({ facts }) => facts)).toEqual([{ text: `${text}\0\ud800`, big: 2 ** 53 }])
      expect(await store.audit.verify(undefined)).toMatchObject({ status: 'intact', entries: 1 })
      await store.journal.append([{ ...loaded('m', 1), entry: { ...loaded('m', 1).entry, generations: [noted('zero \0 byte')] } as never }])
      expect(await store.journal.entries()).toMatchObject([{ generations: [{ note: 'zero \0 byte' }] }])
    })

    test('STORE5 a store of a later release is refused with a way out, and left as it is', async () => {
      const place = await makePlace()
      const store = await openStore(place, systemClock)
      store.audit.add(entry(1))
      await store.settled()
      await sql`insert into kysely_migration (name, timestamp) values ('9999_later', '2030-01-01T00:00:00.000Z')`.execute(store.db)
      await store.close()
      expect(await failureOf(openStore(place, systemClock))).toMatch(/later release of Strata.*restore a backup/)
      expect(await failureOf(openStore(place, systemClock))).toMatch(/later release of Strata/)
    })

    test('STORE5 what another program keeps in that place is refused, and left as it is', async () => {
      const place = await makePlace()
      const store = await openStore(place, systemClock)
      await sql`drop table kysely_migration`.execute(store.db)
      await sql`drop table kysely_migration_lock`.execute(store.db)
      await sql`drop table metrics`.execute(store.db)
      await store.close()
      expect(await failureOf(openStore(place, systemClock))).toMatch(/something else than a store of Strata/)
      expect(await failureOf(openStore(place, systemClock))).toMatch(/something else than a store of Strata/)
    })

    test('STORE3 sessions outlive the server, by the hashes of their ids', async () => {
      const place = await makePlace()
      const clock = new ManualClock()
      const first = await openStore(place, clock)
      const { kept, keeper } = await openSessions(first)
      const sessions = new Sessions(clock, kept, keeper)
      const [stays, goes] = [sessions.begin('owner', PLACE), sessions.begin('owner', PLACE)]
      sessions.end(goes.session.key)
      sessions.close()
      await first.settled()
      expect(JSON.stringify(await first.db.selectFrom('sessions').selectAll().execute())).not.toContain(stays.id)
      await first.close()

      const second = await open(place, clock)
      const again = await openSessions(second)
      const restored = new Sessions(clock, again.kept, again.keeper)
      expect(restored.find(stays.id)).toMatchObject({ actor: 'owner', expiresAt: stays.session.expiresAt })
      expect(restored.find(goes.id)).toBeUndefined()
      clock.advance(13 * 60 * 60_000)
      expect(restored.find(stays.id)).toBeUndefined()
    })

    test('STORE1 what cannot be written is answered so, refused before it is done from then on, and written once it can be', async () => {
      const clock = new ManualClock()
      const store = await open(await makePlace(), clock)
      store.writes.requireWritable()
      let full = true
      store.writes.push(async () => {
        if (full) throw new Error('disk full')
      })
      store.audit.add(entry(1))
      await expect(store.settled()).rejects.toMatchObject({ fault: { code: 'not_durable', done: true } })
      expect(() => store.writes.requireWritable()).toThrow('not_durable')
      // Added meanwhile, and in no batch that may have been committed already.
      store.audit.add(entry(2))
      full = false
      clock.advance(1_000)
      await store.settled()
      store.writes.requireWritable()
      expect(await store.audit.verify(undefined)).toMatchObject({ status: 'intact', entries: 2 })
    })

    test('STORE9 a commit whose answer was lost is not done twice', async () => {
      const clock = new ManualClock()
      const store = await open(await makePlace(), clock)
      await store.journal.append([loaded('m', 1)])
      await losingAnswer(store, () => store.journal.append([loaded('m', 2), purged('m', 1)]))
      await store.journal.append([loaded('m', 2), purged('m', 1)])
      await store.journal.append([loaded('m', 3)])
      expect((await store.journal.entries()).map(({ type }) => type)).toEqual(['loaded', 'loaded', 'purged', 'loaded'])

      await losingAnswer(store, () => {
        store.audit.add(entry(1))
        return store.settled()
      })
      store.audit.add(entry(2))
      clock.advance(1_000)
      await store.settled()
      expect(await store.audit.verify(undefined)).toMatchObject({ status: 'intact', entries: 2 })
    })

    for (const other of kinds) {
      test.skipIf(other.skipped !== null)(
        `STORE6 a backup of it that is taken under load restores to a verified state in ${other.name}, and what was there is moved aside`,
        async () => {
          const place = await makePlace()
          const store = await open(place)
          for (let n = 0; n < 500; n++) store.audit.add(entry(n))
          await store.journal.append([loaded('m', 1, ['p'])])
          const file = join(folder(), 'backup.db')
          const made = backUp(store, file)
          for (let n = 500; n < 1_000; n++) {
            store.audit.add(entry(n))
            if (n % 50 === 0) await store.journal.append([loaded('m', n / 50, ['p'])])
          }
          const { head, entries } = await made
          expect(entries).toBeGreaterThanOrEqual(500)
          await store.settled()
          expect(await store.audit.verify(head)).toMatchObject({ status: 'intact', entries: 1_000, containsHead: true })
          expect(await failureOf(backUp(store, file))).toMatch(/exists already/)
          if (other.name === name)
            expect(await failureOf(restoreStore(place as string, file, 'anna', systemClock))).toMatch(/used by another server/)
          await store.close()

          const target = other.name === name ? (place as string) : ((await other.makePlace()) as string)
          const outcome = await restoreStore(target, file, 'anna', systemClock)
          expect(outcome).toMatchObject({ status: 'restored', head, entries })
          expect(outcome.movedAside === null).toBe(other.name !== name)
          if (outcome.movedAside !== null && name === 'SQLite') expect(existsSync(join(outcome.movedAside, 'strata.db'))).toBe(true)
          const again = await open(target)
          expect(await again.audit.verify(head)).toMatchObject({ status: 'intact', entries: entries + 1, containsHead: true })
          expect((await again.audit.list({ limit: 1 })).entries[0]?.facts).toMatchObject({ type: 'store_restored', actor: 'anna', head })
          const restored = await again.journal.entries()
          expect(restored[0]).toEqual(loaded('m', 1, ['p']).entry)
          expect(await again.journal.code({ module: 'm', number: 1 })).toEqual(loaded('m', 1, ['p']).codes[0])
          // New numbers go on behind those that came with the backup.
          await again.journal.append([loaded('n', 1)])
          expect((await again.journal.entries()).at(-1)).toEqual(loaded('n', 1).entry)
          expect(await again.journal.entries()).toHaveLength(restored.length + 1)
        },
      )
    }

    test('STORE6 a backup that begins while something is being written has what was there before', async () => {
      const store = await open(await makePlace())
      await store.journal.append([loaded('m', 1)])
      store.audit.add(entry(1))
      await store.settled()
      const made = await store.db.transaction().execute(async (writing) => {
        await writing.deleteFrom('audit').execute()
        return backUp(store, join(folder(), 'backup.db'))
      })
      expect(made.entries).toBe(1)
    })

    test('STORE12 what was revoked, disabled or taken away after a backup stays so when it is restored', async () => {
      const place = await makePlace()
      const access = async (store: Store) => ({
        people: new People(systemClock, (await openPeople(store)).kept, (await openPeople(store)).keeper),
        tokens: new ApiTokens(systemClock, (await openApiTokens(store)).kept, (await openApiTokens(store)).keeper),
      })
      const store = await openStore(place, systemClock)
      const { people, tokens } = await access(store)
      people.invite('anna', '', 'admin', 'token')
      const [leaked, kept] = ['leaked', 'kept'].map((name) =>
        tokens.make({ name, person: 'owner', role: 'admin', verbs: null, modules: null, expiresAt: null }),
      )
      await store.settled()
      const file = join(folder(), 'backup.db')
      await backUp(store, file)
      tokens.revoke(leaked!.token.id)
      people.setRole('anna', 'viewer')
      people.setDisabled('anna', true)
      people.invite('ben', '', 'operator', 'token')
      await store.settled()
      await store.close()

      expect(await restoreStore(place, file, 'token', systemClock)).toMatchObject({ access: 'present' })
      const again = await openStore(place, systemClock)
      const now = await access(again)
      expect([leaked, kept].map((made) => now.tokens.use(made!.secret)?.name)).toEqual([undefined, 'kept'])
      expect(now.people.list().map(({ name, role, status }) => [name, role, status])).toEqual([
        ['owner', 'admin', 'active'],
        ['anna', 'viewer', 'disabled'],
        ['ben', 'operator', 'invited'],
      ])
      await again.close()

      // Into an empty place nobody tells what was revoked since: none of its tokens works.
      const elsewhere = await makePlace()
      expect(await restoreStore(elsewhere, file, 'token', systemClock)).toMatchObject({ access: 'backup' })
      const fresh = await open(elsewhere)
      const other = await access(fresh)
      expect([leaked, kept].map((made) => other.tokens.use(made!.secret))).toEqual([undefined, undefined])
      expect(other.people.get('anna')).toMatchObject({ role: 'admin', invitation: null })
      expect((await fresh.audit.list({ limit: 1 })).entries[0]?.facts).toMatchObject({ type: 'store_restored', access: 'backup' })
    })

    test('STORE13 a restore takes no second person away: neither the switch, nor the signature that is owed, nor by a plan that was approved', async () => {
      const place = await makePlace()
      const store = await openStore(place, systemClock)
      const before = await openGlassBreaks(store, systemClock)
      const broken = { title: 'Purge m@1', modules: ['m'], actor: 'anna', reason: 'night' }
      before.add({ ...broken, act: 'signed-since' })
      const { kept, keeper } = await openPlans(store, systemClock.now())
      const plans = new PlanRegistry(systemClock, () => 'approved', kept, keeper)
      plans.add('anna', { verb: 'purge', module: 'm' }, { verb: 'kill', victims: [], follows: { givingUp: [], restarts: [] } })
      plans.approve('ben', 'approved', 1, '')
      await store.settled()
      const [off, on] = ['off.db', 'on.db'].map((file) => join(folder(), file)) as [string, string]
      await backUp(store, off)
      const settings = await openSettings(store)
      settings.setSecondPerson(true)
      before.sign('signed-since', 'ben', '')
      before.add({ ...broken, act: 'owed' })
      await store.settled()
      await backUp(store, on)
      await store.close()

      expect(await restoreStore(place, off, 'token', systemClock)).toMatchObject({ access: 'present', secondPerson: true })
      const again = await openStore(place, systemClock)
      expect((await openSettings(again)).values).toEqual({ secondPerson: true })
      const owed = (await openGlassBreaks(again, systemClock)).list().filter(({ signed }) => signed === null)
      expect(owed).toMatchObject([{ act: 'owed', ...broken }])
      expect((await openPlans(again, systemClock.now())).kept).toEqual([])
      expect((await again.audit.list({ limit: 1 })).entries[0]?.facts).toMatchObject({ type: 'store_restored', secondPerson: true })
      ;(await openSettings(again)).setSecondPerson(false)
      await again.settled()
      await again.close()

      // Switched off since, by an admin who may do so again.
      expect(await restoreStore(place, on, 'token', systemClock)).toMatchObject({ secondPerson: true })
      const elsewhere = await makePlace()
      expect(await restoreStore(elsewhere, off, 'token', systemClock)).toMatchObject({ access: 'backup', secondPerson: false })
      expect((await openGlassBreaks(await open(elsewhere), systemClock)).list()).toMatchObject([{ act: 'signed-since', signed: null }])
    })

    test('STORE6 what is no backup, or one whose trail was changed, is not restored', async () => {
      const place = await makePlace()
      const store = await openStore(place, systemClock)
      for (let n = 0; n < 3; n++) store.audit.add(entry(n))
      const path = folder()
      const file = join(path, 'backup.db')
      await backUp(store, file)
      const whole = join(path, 'whole.db')
      await backUp(store, whole)
      await store.close()
      const database = new DatabaseSync(file)
      database.exec('delete from audit where seq = 2')
      database.close()
      const restore = (from: string) => failureOf(restoreStore(place as string, from, 'anna', systemClock))
      expect(await restore(file)).toMatch(/does not verify: entry 2 \(missing\)/)
      expect(await restore(join(path, 'nothing'))).toMatch(/there is no file/)
      writeFileSync(join(path, 'text'), 'no database')
      expect(await restore(join(path, 'text'))).toMatch(/is no backup of Strata/)
      expect(readFileSync(join(path, 'text'), 'utf8')).toBe('no database')
      const later = new DatabaseSync(whole)
      later.exec(`insert into kysely_migration (name, timestamp) values ('9999_later', '2030-01-01T00:00:00.000Z')`)
      later.close()
      expect(await restore(whole)).toMatch(/whole\.db was written by a later release of Strata/)
      if (typeof place === 'string') expect(existsSync(join(place, 'restoring'))).toBe(false)
      expect((await open(place)).audit.head().seq).toBe(3)
    })
  })
}

function noted(note: string): object {
  const { entry: change } = loaded('m', 1)
  return change.type === 'loaded' ? { ...change.generations[0], note } : {}
}

/** Runs it while every commit of the store succeeds and says that it did not, as a connection does that ends before the answer. */
async function losingAnswer(store: Store, act: () => Promise<unknown>): Promise<void> {
  const { db } = store as { db: { transaction: Store['db']['transaction'] } }
  const original = db.transaction
  db.transaction = () => {
    const builder = original.call(store.db)
    const execute = builder.execute.bind(builder)
    builder.execute = async (work) => {
      await execute(work)
      throw new Error('the answer was lost')
    }
    return builder
  }
  await expect(act()).rejects.toThrow()
  db.transaction = original
}
