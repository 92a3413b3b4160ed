import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CrashReport, createEngine, type Engine, systemClock } from '@strata/runtime'
import { expect, onTestFinished, test } from 'vitest'
import { writeCounterSystem } from '../../test/counter-system.ts'
import { openStore, type Store } from '../store/store.ts'
import { retire } from '../store/retention.ts'
import { CrashRecord } from './crash-record.ts'

const BY = { actor: 'anna', reason: 'test' }
const TRIP = `import { spawn } from '@strata/runtime/process'
export async function trip(over: string) { throw new Error('tripped over ' + over) }
export async function stumble() { for (let n = 0; n < 500; n++) spawn(trip, [String(n)]) }
`
const DAY_MS = 24 * 60 * 60_000

async function life(data: string, folder: string): Promise<{ engine: Engine; store: Store; crashes: CrashRecord; end(): Promise<void> }> {
  const store = await openStore(data, systemClock)
  const engine = await createEngine({ folder, isolation: 'thread', typesWaitMs: 0, schedulers: 1, journal: store.journal })
  const crashes = await CrashRecord.open({ db: store.db, writes: store.writes, engine, clock: systemClock })
  return {
    engine,
    store,
    crashes,
    async end() {
      crashes.close()
      await engine.stop()
      await store.settled()
      await store.close()
    },
  }
}

/** Returns when its report is there. */
async function trip({ engine, crashes }: { engine: Engine; crashes: CrashRecord }, over: string): Promise<void> {
  await engine.spawn({ module: 'trip', export: 'trip', args: [over] }, BY)
  await expect.poll(async () => latestOf(await crashes.list())).toBe(`tripped over ${over}`)
}

function latestOf([crash]: readonly CrashReport[]): string | undefined {
  return crash !== undefined && 'message' in crash.reason ? crash.reason.message : undefined
}

test('CRASH1 reports outlive the server, the latest of them, and go after 30 days', async () => {
  const [data, folder] = [await mkdtemp(join(tmpdir(), 'strata-data-')), await writeCounterSystem()]
  onTestFinished(async () => void (await Promise.all([data, folder].map((path) => rm(path, { recursive: true, force: true })))))
  const first = await life(data, folder)
  await first.engine.load({ sources: [{ module: 'trip', text: TRIP }], old: 'keep', note: '' }, BY)
  await trip(first, 'a carpet')
  await trip(first, 'a cat')
  const told = await first.crashes.list()
  expect(told.map(({ reason }) => reason)).toMatchObject([{ message: 'tripped over a cat' }, { message: 'tripped over a carpet' }])
  await first.end()

  const second = await life(data, folder)
  expect(await second.crashes.list()).toEqual(told)
  const [{ pid, at }] = told as [(typeof told)[number]]
  expect(second.crashes.find(pid, at)).toEqual(told[0])
  await trip(second, 'a step')
  expect((await second.crashes.list()).map(({ reason }) => 'message' in reason && reason.message)).toEqual(
    ['a step', 'a cat', 'a carpet'].map((over) => `tripped over ${over}`),
  )
  await second.engine.spawn({ module: 'trip', export: 'stumble' }, BY)
  await expect.poll(async () => latestOf(await second.crashes.list())).toBe('tripped over 499')
  expect(await second.crashes.list()).toHaveLength(500)
  await second.store.settled()
  const rows = () => second.store.db.selectFrom('crashes').select('id').execute()
  expect(await rows()).toHaveLength(500)
  await retire(second.store, Date.now() + 31 * DAY_MS)
  expect(await rows()).toEqual([])
  await second.end()
})
