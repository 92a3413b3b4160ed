import { describe, expect, test } from 'vitest'
import type { Candidate, GenerationView, ModuleView, Pid } from '@strata/runtime'
import type { ActivityLine } from '@strata/server'
import { isInOld, isPurgeReceipt } from './seen.ts'
import { nextCandidate, tellSteps } from './steps.ts'

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
    upgradable: true,
    loadedAt: '2026-11-22T14:00:00.000Z',
    loadedBy: 'system',
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

const session: ModuleView = {
  name: 'session',
  current: 3,
  generations: [3, 2, 1],
  pins: 4,
  layers: [
    layer(3, { status: 'current', pins: 9, origin: 'generations/session/4-b.ts' }),
    layer(2, { drained: true }),
    layer(1, { pins: 4 }),
  ],
  differsOnDisk: false,
  hold: null,
}
const candidates: readonly Candidate[] = ['generations/session/6-d.ts', 'generations/session/5-c.ts', 'generations/session/2-a.ts'].map(
  (path) => ({ path, module: 'session', bytes: 1, state: 'differs', generation: null, title: null }),
)
const base = {
  tour: { module: 'session', noun: 'documents' },
  module: session,
  lines: [],
  candidates,
  upgradable: '1.7',
  receipt: null,
  seen: { oldProcess: false, receipt: false },
}
const head = { id: 1, seq: 1, at: '2026-11-22T14:10:00.000Z', node: 'local', life: 'a' }
const pid = '1.7' as Pid

describe('the first steps', () => {
  test('each leads to where its click is', () => {
    expect(tellSteps(base).map(({ to }) => to)).toEqual([
      '/processes?module=session&generation=1',
      '/load?module=session&file=generations%2Fsession%2F5-c.ts',
      '/processes/1.7',
      '/modules/session?generation=2',
      '/modules/session?generation=1&act=purge',
    ])
  })

  test('with nobody in an old generation, as after a restart, each that needs one leads to the load', () => {
    const layers = session.layers.map((one) => (one.status === 'old' ? { ...one, pins: 0, drained: true } : one))
    const steps = tellSteps({ ...base, module: { ...session, pins: 0, layers }, upgradable: null })
    const load = '/load?module=session&file=generations%2Fsession%2F5-c.ts'
    expect(steps.map(({ to }) => to)).toEqual([load, load, load, '/modules/session?generation=1', load])
    expect(new Set([0, 2, 4].map((step) => steps[step]?.hint)).size).toBe(1)
  })

  test('nothing is ticked before it happened, nor by what the system did itself', () => {
    const lines: ActivityLine[] = [
      {
        ...head,
        type: 'loaded',
        modules: [{ module: 'session', number: 3 }],
        policy: 'keep',
        by: { actor: 'system', reason: '' },
        killed: [],
        packages: [],
      },
    ]
    expect(tellSteps({ ...base, lines }).filter(({ done }) => done)).toEqual([])
  })

  test('each is ticked by its own event', () => {
    const by = { actor: 'owner', reason: '' }
    const lines: ActivityLine[] = [
      { ...head, type: 'loaded', modules: [{ module: 'session', number: 3 }], policy: 'keep', by, killed: [], packages: [] },
      { ...head, type: 'upgraded', moved: [pid], notYet: [], ended: [], refused: [], by },
      { ...head, type: 'soft_purged', module: 'session', purged: [2], pinned: [], by },
      {
        ...head,
        type: 'purged',
        module: 'session',
        generations: [1],
        mark: { kind: 'forced', at: head.at, by: 'owner', reason: '', killed: [pid] },
        skipped: [],
        alsoEnded: [],
      },
    ]
    const ticks = (receipt: boolean) =>
      tellSteps({ ...base, lines, receipt: 'act-1', seen: { oldProcess: true, receipt } }).map(({ done }) => done)
    expect(ticks(false)).toEqual([true, true, true, true, false])
    expect(ticks(true)).toEqual([true, true, true, true, true])
    expect(tellSteps({ ...base, lines, receipt: 'act-1' }).at(-1)?.to).toBe('/acts/act-1')
  })

  test('the next file comes after the current one, and from the start again at the end', () => {
    expect(nextCandidate(session, candidates)?.path).toBe('generations/session/5-c.ts')
    expect(nextCandidate({ ...session, layers: [layer(3, { status: 'current', origin: 'session.ts' })] }, candidates)?.path).toBe(
      'generations/session/2-a.ts',
    )
    expect(nextCandidate(session, [])).toBeNull()
  })

  test('a page counts as read by what it showed', () => {
    const pins = [{ module: 'session', generation: 1 }]
    expect([
      isInOld({ pins }, 'session', 3),
      isInOld({ pins }, 'session', 1),
      isInOld({ pins }, 'frame', 3),
      isInOld(undefined, 'session', 3),
    ]).toEqual([true, false, false, false])
    expect([
      isPurgeReceipt({ verb: 'purge', status: 'done' }),
      isPurgeReceipt({ verb: 'purge', status: 'running' }),
      isPurgeReceipt(null),
    ]).toEqual([true, false, false])
  })
})
