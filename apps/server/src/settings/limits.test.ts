import type { SystemConfig } from '@strata/runtime'
import { systemClock } from '@strata/runtime'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../store/store.ts'
import { DEFAULT_LIMITS, LIMITED_MODULES_MAX, LimitSettings, openLimits } from './limits.ts'

const scribe = { pinnedLongMs: { session: 600_000 } } as unknown as SystemConfig

test('SET1 a module’s limit is what was set for it, else what its system says, else what is set for all, else the default', () => {
  const limits = new LimitSettings(scribe)
  expect(limits.view()).toEqual({
    all: DEFAULT_LIMITS,
    modules: { session: { ...DEFAULT_LIMITS, pinnedLongerThanMs: 600_000 } },
    chosen: [],
  })
  expect(DEFAULT_LIMITS).toEqual({
    pinnedLongerThanMs: 24 * 3_600_000,
    queueOver: 1_000,
    queueGrowingForMs: 60_000,
    crashesPerMinute: 5,
    turnLongerThanMs: 1_000,
  })
  limits.set(null, { pinnedLongerThanMs: 1_000, queueOver: 7 })
  expect(limits.of('session')).toMatchObject({ pinnedLongerThanMs: 600_000, queueOver: 7 })
  expect(limits.of('render')).toMatchObject({ pinnedLongerThanMs: 1_000, queueOver: 7 })
  limits.set('session', { pinnedLongerThanMs: 5 })
  expect(limits.of('session')).toMatchObject({ pinnedLongerThanMs: 5, queueOver: 7 })
  limits.set('session', { pinnedLongerThanMs: null })
  expect(limits.of('session').pinnedLongerThanMs).toBe(600_000)
})

test('SET1 what changed is told with what was there before, and nothing where nothing changed', () => {
  const limits = new LimitSettings({} as SystemConfig)
  expect(limits.set('m', { queueOver: 5, crashesPerMinute: null })).toEqual([{ limit: 'queueOver', module: 'm', before: null, after: 5 }])
  expect(limits.set('m', { queueOver: 5 })).toEqual([])
  expect(limits.set('m', { queueOver: null })).toEqual([{ limit: 'queueOver', module: 'm', before: 5, after: null }])
  expect(limits.view().chosen).toEqual([])
})

test('SET1 limits outlive the server, and so many modules can have their own', async () => {
  const store = await openStore(null, systemClock)
  onTestFinished(() => store.close())
  const first = await openLimits(store, scribe)
  first.set(null, { queueOver: 9 })
  first.set('session', { crashesPerMinute: 2 })
  const before = first.view()
  await store.settled()
  const second = await openLimits(store, scribe)
  expect(second.view()).toEqual(before)
  for (let n = 1; n < LIMITED_MODULES_MAX; n++) second.set(`m${n}`, { queueOver: n })
  expect([second.isFull('session'), second.isFull('another')]).toEqual([false, true])
})
