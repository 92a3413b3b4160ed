import { describe, expect, test } from 'vitest'
import type { GenerationView, ModuleView, Pid, Sample, SchedulerView, SupervisorView } from '@strata/runtime'
import type { ActivityLine } from '@strata/server'
import { sentenceText } from '../activity/sentence-parts.ts'
import { countKey } from './count-key.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { countedFilters, findNeeds } from './needs.ts'
import type { Situation } from './needs.ts'
import { chooseModule, tellNeeds, tellState } from './summary.ts'

const NOW = Date.parse('2026-11-22T15:00:00.000Z')
const ago = (ms: number) => new Date(NOW - ms).toISOString()

function layer(number: number, facts: Partial<GenerationView>): GenerationView {
  return {
    module: 'session',
    number,
    status: 'old',
    drained: false,
    pins: 0,
    readBy: [],
    oldestPinAt: null,
    crashesPerMinute: 0,
    hash: '',
    codeBytes: 0,
    packages: [],
    exports: [],
    upgradable: false,
    loadedAt: '',
    loadedBy: '',
    note: '',
    origin: null,
    purge: null,
    reclaimed: null,
    reached: null,
    markedBad: null,
    markedKeep: null,
    ...facts,
  }
}

function module(name: string, layers: readonly GenerationView[], pins = 0): ModuleView {
  return { name, current: 1, generations: layers.map(({ number }) => number), pins, layers, differsOnDisk: false, hold: null }
}

const calm: Situation = {
  modules: [],
  schedulers: [],
  supervisors: [],
  samples: [],
  lines: [],
  sinceMs: NOW - 15 * 60_000,
  limits: DEFAULT_LIMITS,
  totals: {},
  approvals: null,
  nowMs: NOW,
}
const sample = (queued: number, queues: Sample['queues'] = []): Sample => ({
  at: '',
  processes: 0,
  bands: [],
  messagesPerSecond: 0,
  reductionsPerSecond: 0,
  queued,
  queues,
  utilisation: 0,
  heapBytes: 0,
})

describe('what needs somebody', () => {
  test('a supervisor without a restart left does, by name and with what would end; one that never bears any does not', () => {
    const supervisor = (facts: Partial<SupervisorView>): SupervisorView => ({
      pid: '1.4' as Pid,
      name: 'house',
      module: 'house',
      supervisor: null,
      depth: 0,
      startedAt: '',
      strategy: 'one-for-one',
      intensity: 3,
      periodMs: 5_000,
      autoShutdown: 'never',
      restartsLeft: 0,
      restarts: 9,
      childCount: 2,
      children: [],
      ...facts,
    })
    const supervisors = [supervisor({}), supervisor({ restartsLeft: 1 }), supervisor({ intensity: 0 })]
    expect(findNeeds({ ...calm, supervisors })).toEqual([
      {
        key: 'exhausted-1.4',
        tone: 'bad',
        count: 1,
        text: 'Supervisor house has no restart left: 3 within 5 s. With one more it gives up, and 2 children end with it',
        to: '/supervisors?root=1.4',
      },
    ])
  })

  test('nothing does when all is calm', () => {
    expect(
      findNeeds({
        ...calm,
        modules: [module('session', [layer(2, { status: 'current', pins: 3 }), layer(1, { pins: 2, oldestPinAt: ago(60_000) })])],
      }),
    ).toEqual([])
  })

  test("what is pinned longer than the module's limit counts who holds it so long, and its door counts the same", () => {
    const modules = [module('session', [layer(1, { pins: 5, oldestPinAt: ago(700_000) })])]
    const limits = { ...DEFAULT_LIMITS, modules: { session: { ...DEFAULT_LIMITS.all, pinnedLongerThanMs: 600_000 } } }
    const [filter, ...more] = countedFilters({ ...calm, modules, limits })
    expect([filter, more]).toEqual([{ module: 'session', generation: 1, pinnedMinSeconds: 600 }, []])
    expect(findNeeds({ ...calm, modules, limits, totals: { [countKey(filter ?? {})]: 2 } })).toMatchObject([
      { count: 2, to: '/processes?module=session&generation=1&pinnedMinSeconds=600&sort=startedAt' },
    ])
    expect([findNeeds({ ...calm, modules }), countedFilters({ ...calm, modules })]).toEqual([[], []])
  })

  test('a held scheduler comes first, with who waits behind it', () => {
    const held: SchedulerView = {
      id: 1,
      status: 'holding',
      runQueue: 14,
      processes: 20,
      heapBytes: 0,
      heapLimitBytes: 0,
      utilisation: 1,
      module: null,
      generation: null,
      function: null,
      pid: '1.7' as Pid,
      at: 'session.ts:41',
      heldMs: 12_000,
    }
    const needs = findNeeds({
      ...calm,
      schedulers: [held, { ...held, id: 2, status: 'working' }, { ...held, id: 3, runQueue: 0 }],
      modules: [module('session', [layer(1, { crashesPerMinute: 5 })])],
    })
    expect(needs.map(({ text }) => text)).toEqual([
      'Scheduler 1 is held by 1.7 at session.ts:41 for 12 s; 14 processes wait behind it',
      'Scheduler 3 is held by 1.7 at session.ts:41 for 12 s; nobody else there runs',
      '0 crashes since 14:45 UTC in session@1, 5 in the last minute',
    ])
    expect(needs[0]?.to).toBe('/processes/1.7')
  })

  test('crashes count from the limit on, and lead to exactly those that are counted', () => {
    const crash = (generation: number, msAgo: number): ActivityLine =>
      ({
        id: msAgo,
        seq: 1,
        node: 'local',
        life: 'a',
        at: ago(msAgo),
        type: 'crashed',
        crash: { module: 'session', generation },
      }) as ActivityLine
    const modules = [module('session', [layer(2, { crashesPerMinute: 6 }), layer(1, { crashesPerMinute: 4 })])]
    const lines = [crash(2, 10), crash(2, 20), crash(1, 30), crash(2, 16 * 60_000)]
    expect(findNeeds({ ...calm, modules, lines })).toMatchObject([
      { count: 2, to: '/activity?type=crashed&module=session&generation=2&since=2026-11-22T14%3A45' },
    ])
  })

  test('queues count when one is long, or when all together grew through the whole last minute', () => {
    const rising = (from: number, to: number) =>
      Array.from({ length: 60 }, (_, index) => sample(Math.round(from + ((to - from) * index) / 59)))
    const needs = (samples: readonly Sample[], totals = {}) => findNeeds({ ...calm, samples, totals })
    const filters = (samples: readonly Sample[]) => countedFilters({ ...calm, samples })
    expect(filters(rising(40, 200))).toEqual([{ queueMin: 1 }])
    expect(needs(rising(40, 200), { [countKey({ queueMin: 1 })]: 3 })).toMatchObject([
      { count: 3, text: 'Queues grow: 200 messages wait in 3 processes; a minute ago 40' },
    ])
    expect(filters([...rising(40, 200).slice(0, 45), ...Array.from({ length: 15 }, () => sample(120))])).toEqual([])
    expect([filters(rising(1, 50)), filters(rising(40, 200).slice(1))]).toEqual([[], []])
    expect(filters([sample(1_000)])).toEqual([{ queueMin: 1_000 }])
    expect(needs([sample(1_000)], { [countKey({ queueMin: 1_000 })]: 1 })).toMatchObject([
      { count: 1, text: '1 process has 1,000 or more messages waiting', to: '/processes?queueMin=1000&sort=queueLength&descending=1' },
    ])
  })

  test("queues and crashes are held against their module's limit, and each count leads to exactly what it counts", () => {
    const limits = { ...DEFAULT_LIMITS, modules: { chat: { ...DEFAULT_LIMITS.all, queueOver: 50, crashesPerMinute: 1 } } }
    const modules = [
      module('chat', [layer(1, { module: 'chat', crashesPerMinute: 2 })]),
      module('session', [layer(1, { crashesPerMinute: 2 })]),
    ]
    const situation = { ...calm, modules, limits, samples: [sample(60)] }
    expect(countedFilters(situation)).toEqual([{ module: 'chat', queueMin: 50 }])
    expect(countedFilters({ ...situation, samples: [sample(1_200)] })).toEqual([
      { module: 'chat', queueMin: 50 },
      { module: 'session', queueMin: 1_000 },
    ])
    expect(findNeeds({ ...situation, totals: { [countKey({ module: 'chat', queueMin: 50 })]: 2 } })).toMatchObject([
      { key: 'crashes-chat@1' },
      {
        count: 2,
        text: '2 processes in chat have 50 or more messages waiting',
        to: '/processes?module=chat&queueMin=50&sort=queueLength&descending=1',
      },
    ])
  })

  test('a backlog grows for as long as it is set to', () => {
    const rising = Array.from({ length: 120 }, (_, index) => sample(100 + index))
    const of = (queueGrowingForMs: number) => ({ ...DEFAULT_LIMITS, all: { ...DEFAULT_LIMITS.all, queueGrowingForMs } })
    expect(countedFilters({ ...calm, samples: rising, limits: of(120_000) })).toEqual([{ queueMin: 1 }])
    expect(countedFilters({ ...calm, samples: rising, limits: of(121_000) })).toEqual([])
    expect(countedFilters({ ...calm, samples: rising.slice(-10), limits: of(10_000) })).toEqual([{ queueMin: 1 }])
  })

  test("each module's backlog is held against its own time, and one that does not grow is not named for another's", () => {
    const samples = Array.from({ length: 40 }, (_, index) =>
      sample(600 + index, [
        { module: 'chat', queued: 100 + index },
        { module: 'session', queued: 500 },
      ]),
    )
    const limits = { ...DEFAULT_LIMITS, modules: { chat: { ...DEFAULT_LIMITS.all, queueGrowingForMs: 30_000 } } }
    const growing = { module: 'chat', queueMin: 1 }
    expect(countedFilters({ ...calm, samples })).toEqual([])
    expect(countedFilters({ ...calm, samples, limits })).toEqual([growing])
    expect(findNeeds({ ...calm, samples, limits, totals: { [countKey(growing)]: 4 } })).toMatchObject([
      {
        key: 'queues-chat',
        count: 4,
        text: 'Queues in chat grow: 139 messages wait in 4 processes; 30 s ago 110',
        to: '/processes?module=chat&queueMin=1&sort=queueLength&descending=1',
      },
    ])
  })

  test('turns beyond their limit count, with the longest, and no scheduler is called held below it', () => {
    const turn = (id: number, tookMs: number, of: string | null, msAgo = 1_000) =>
      ({ id, at: ago(msAgo), type: 'long_turn', scheduler: 1, pid: `1.${id}`, place: null, module: of, tookMs }) as unknown as ActivityLine
    expect(
      findNeeds({
        ...calm,
        lines: [turn(3, 1_500, null), turn(2, 4_000, 'chat'), turn(1, 2_000, 'chat'), turn(9, 9_000, 'chat', 16 * 60_000)],
      }),
    ).toMatchObject([
      { count: 1, to: '/activity?type=long_turn&since=2026-11-22T14%3A45' },
      {
        count: 2,
        text: '2 turns in chat took longer than 1 s since 14:45 UTC, the longest 4 s by 1.2',
        to: '/activity?type=long_turn&module=chat&since=2026-11-22T14%3A45',
      },
    ])
    const held = { id: 1, status: 'holding', runQueue: 0, pid: '1.7', at: null, module: 'chat', heldMs: 3_000 } as unknown as SchedulerView
    const limits = { ...DEFAULT_LIMITS, modules: { chat: { ...DEFAULT_LIMITS.all, turnLongerThanMs: 10_000 } } }
    expect(findNeeds({ ...calm, schedulers: [held], limits })).toEqual([])
    expect(findNeeds({ ...calm, schedulers: [{ ...held, heldMs: 10_000 }], limits })).toHaveLength(1)
  })

  test('refused loads count until the module is loaded', () => {
    const by = { actor: 'anna', reason: '' }
    const refusal = (id: number): ActivityLine => ({
      id,
      seq: id,
      node: 'local',
      life: 'a',
      at: ago(60_000),
      type: 'load_refused',
      modules: ['session'],
      code: 'not_purged',
      by,
    })
    const loaded: ActivityLine = {
      id: 9,
      seq: 9,
      node: 'local',
      life: 'a',
      at: ago(1000),
      type: 'loaded',
      modules: [{ module: 'session', number: 2 }],
      policy: 'keep',
      by,
      killed: [],
      packages: [],
    }
    expect(findNeeds({ ...calm, lines: [refusal(2), refusal(1)] })).toMatchObject([
      { count: 2, to: '/activity?type=load_refused&module=session&since=2026-11-22T14%3A45' },
    ])
    expect(findNeeds({ ...calm, lines: [loaded, refusal(2), refusal(1)] })).toEqual([])
  })
})

describe('the sentence', () => {
  const session = module(
    'session',
    [layer(4, { status: 'current', pins: 20 }), layer(3, { pins: 10 }), layer(2, { drained: true }), layer(1, { pins: 8 })],
    18,
  )
  const tour = { module: 'session', noun: 'documents' }

  test('counts who lives in how many generations, each number a door', () => {
    const parts = tellState(session, 38, tour)
    expect(sentenceText(parts)).toBe('38 documents live in 3 generations of session.')
    expect(parts[0]).toEqual({ text: '38 documents', to: '/processes?module=session' })
    expect(sentenceText(tellState(session, 1, tour))).toBe('1 document lives in 3 generations of session.')
    expect(sentenceText(tellState(session, 2, null))).toBe('2 processes live in 3 generations of session.')
    expect([tellNeeds(0), tellNeeds(1), tellNeeds(2)]).toEqual(['Nothing needs you.', '1 thing needs you.', '2 things need you.'])
  })

  test('a module that nobody is inside of is named as such', () => {
    expect(sentenceText(tellState(session, 0, tour))).toBe('No document lives in session.')
  })

  test('an empty system is told how to begin', () => {
    expect(sentenceText(tellState(null, null, null))).toBe('No module is loaded yet. Load the first.')
  })

  test('it speaks of the module asked for, else of the tour, else of the one that holds most', () => {
    const modules = [module('frame', [layer(1, {})]), session]
    expect([
      chooseModule(modules, tour, 'frame')?.name,
      chooseModule(modules, tour, 'gone')?.name,
      chooseModule(modules, null, null)?.name,
      chooseModule([], tour, null),
    ]).toEqual(['frame', 'session', 'session', null])
  })
})
