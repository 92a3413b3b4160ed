import { describe, expect, test } from 'vitest'
import type { Sample } from '@strata/runtime'
import type { ActivityLine } from '@strata/server'
import {
  chooseBands,
  chooseQueues,
  cutRange,
  drawPoints,
  findMarks,
  listBands,
  type Mark,
  readRange,
  thinMarks,
  toPoint,
} from './series.ts'

const START = Date.parse('2026-11-22T14:00:00.000Z')

function sample(second: number, bands: Sample['bands'] = []): Sample {
  return {
    at: new Date(START + second * 1000).toISOString(),
    processes: 9,
    bands,
    messagesPerSecond: second,
    reductionsPerSecond: 10,
    queued: 1,
    utilisation: 0.25,
    heapBytes: 5,
  }
}

const band = (generation: number, pins: number, crashes = 0) => ({ module: 'session', generation, pins, crashes })

describe('what the charts draw', () => {
  test('the range counts from the newest sample', () => {
    const samples = [0, 1, 299, 300, 301].map((second) => sample(second))
    expect(cutRange(samples, 5).map(({ at }) => (Date.parse(at) - START) / 1000)).toEqual([1, 299, 300, 301])
    expect([readRange('15'), readRange('7'), readRange(null)]).toEqual([15, 5, 5])
  })

  test('bands are the generations that were pinned or crashed, of this module', () => {
    expect(
      listBands([sample(0, [band(3, 2), band(1, 0)]), sample(1, [band(2, 0, 1), { ...band(9, 4), module: 'frame' }])], 'session'),
    ).toEqual([2, 3])
  })

  test('backlogs are drawn of the modules with the highest peaks, where it is known whose the messages are', () => {
    const queues = (...found: readonly [string, number][]) => found.map(([module, queued]) => ({ module, queued }))
    const waiting = [
      { ...sample(0), queued: 900, queues: queues(['frame', 40], ['session', 860], ['a', 1], ['b', 2], ['c', 3]) },
      { ...sample(1), queued: 3, queues: [] },
      { ...sample(2), queued: 0, queues: [] },
      sample(3),
    ]
    const chosen = chooseQueues(waiting)
    expect(chosen).toEqual(['b', 'c', 'frame', 'session'])
    expect(waiting.map((one) => toPoint(one, 'session', [], chosen)['q session'])).toEqual([860, undefined, 0, undefined])
  })

  test('a point has the counts of its sample, and zero for what is gone', () => {
    expect(toPoint(sample(4, [band(2, 7, 1)]), 'session', [1, 2])).toEqual({
      ms: START + 4000,
      gOthers: 0,
      cOthers: 0,
      g1: 0,
      c1: 0,
      g2: 7,
      c2: 1,
      messages: 4,
      reductions: 10,
      queued: 1,
      utilisation: 25,
      heap: 5,
      processes: 9,
    })
  })

  test('of many bands the newest and those that hold most are drawn by themselves, and the others together', () => {
    const samples = [
      sample(
        0,
        [...Array(40).keys()].map((index) => band(index + 1, index === 4 ? 90 : 40 - index)),
      ),
    ]
    const found = listBands(samples, 'session')
    const chosen = chooseBands(found, samples, 'session')
    expect(chosen).toEqual([1, 2, 3, 4, 5, 6, 40])
    expect(toPoint(samples[0]!, 'session', chosen)).toMatchObject({ g5: 90, gOthers: 594, g40: 1 })
    expect(chooseBands([1, 2, 3], samples, 'session')).toEqual([1, 2, 3])
  })

  test('marks that would lie on each other are drawn once for each kind', () => {
    const mark = (ms: number, kind: Mark['kind']): Mark => ({ key: `${kind} ${ms}`, ms, kind, label: kind })
    const marks = [mark(0, 'load'), mark(40, 'load'), mark(50, 'purge'), mark(100, 'load'), mark(140, 'purge'), mark(150, 'purge')]
    expect(thinMarks(marks, 100).map(({ key }) => key)).toEqual(['load 0', 'purge 50', 'load 100', 'purge 150'])
  })

  test('a step is drawn as its last reading with all its crashes, and the newest sample is always there', () => {
    const samples = [0, 1, 2, 3, 4, 5, 6].map((second) => sample(second, [band(1, second, 1)]))
    const drawn = (range: 5 | 15) => drawPoints(samples, 'session', [1], range).map(({ ms, g1, c1 }) => [(ms - START) / 1000, g1, c1])
    expect(drawn(15)).toEqual([
      [5, 5, 6],
      [6, 6, 1],
    ])
    expect(drawn(5)).toEqual([
      [1, 1, 2],
      [3, 3, 2],
      [5, 5, 2],
      [6, 6, 1],
    ])
  })

  test('loads, purges and rollbacks are marked, what purged nothing is not', () => {
    const head = { seq: 1, node: 'local', life: 'a' }
    const at = (second: number) => new Date(START + second * 1000).toISOString()
    const by = { actor: 'owner', reason: '' }
    const lines: ActivityLine[] = [
      { ...head, id: 6, at: at(11), type: 'rolled_back', module: 'session', from: 2, to: 1, made: 3, by },
      { ...head, id: 5, at: at(10), type: 'rolled_back', module: 'session', from: 3, to: 2, made: 2, by },
      {
        ...head,
        id: 4,
        at: at(9),
        type: 'purged',
        module: 'session',
        generations: [1],
        mark: { kind: 'forced', at: at(9), by: 'owner', reason: '', killed: [] },
        skipped: [],
        alsoEnded: [],
      },
      { ...head, id: 3, at: at(8), type: 'soft_purged', module: 'session', purged: [], pinned: [{ number: 1, pins: 2 }], by },
      {
        ...head,
        id: 2,
        at: at(7),
        type: 'loaded',
        modules: [{ module: 'session', number: 2 }],
        policy: 'keep',
        by,
        killed: [],
        packages: [],
      },
      {
        ...head,
        id: 1,
        at: at(1),
        type: 'loaded',
        modules: [{ module: 'session', number: 1 }],
        policy: 'keep',
        by,
        killed: [],
        packages: [],
      },
    ]
    expect(findMarks(lines, START + 5000).map(({ label, kind }) => [label, kind])).toEqual([
      ['load session@2', 'load'],
      ['purge session@1', 'purge'],
      ['rollback to session@2', 'rollback'],
    ])
  })
})
