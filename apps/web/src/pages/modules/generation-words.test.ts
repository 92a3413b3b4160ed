import type { GenerationView } from '@strata/runtime'
import { expect, test } from 'vitest'
import { deleteBlock, layerBlocks, layerState, pinsText, rollbackBlock, stackSentence } from './generation-words.ts'

const NOW = Date.parse('2026-11-22T15:00:00.000Z')

function layer(over: Partial<GenerationView>): GenerationView {
  return {
    module: 'session',
    number: 3,
    status: 'old',
    drained: false,
    pins: 3,
    readBy: [],
    oldestPinAt: '2026-11-22T12:46:00.000Z',
    crashesPerMinute: 0,
    hash: 'abc',
    codeBytes: 1000,
    packages: [],
    exports: ['start'],
    upgradable: true,
    loadedAt: '2026-11-22T12:00:00.000Z',
    loadedBy: 'anna',
    note: '',
    origin: null,
    purge: null,
    reclaimed: null,
    reached: null,
    markedBad: null,
    markedKeep: null,
    ...over,
  }
}

test('a pinned layer tells how many pin it and since when the oldest does', () => {
  expect(pinsText(layer({}), NOW)).toBe('pinned by 3 · oldest 2 h 14 m')
  expect(pinsText(layer({ pins: 0, oldestPinAt: null }), NOW)).toBe('no process pins it')
})

test('PIN4 an old layer that nobody pins is drained', () => {
  expect(layerState(layer({ drained: true, pins: 0 }))).toBe('drained')
  expect(layerState(layer({ status: 'current', drained: false }))).toBe('current')
})

test('what cannot be done says why', () => {
  expect(layerBlocks(layer({ number: 5, status: 'current' }), 5).purge).toBe('Generation 5 is current: load another or delete it first')
  expect(layerBlocks(layer({}), 5)).toEqual({ purge: undefined, upgrade: undefined, rollback: undefined })
  expect(layerBlocks(layer({ upgradable: false }), 5).upgrade).toContain('exports no upgrade message')
  expect(layerBlocks(layer({}), null).upgrade).toContain('no current generation')
})

test('GEN9 nobody rolls back to what is marked bad', () => {
  const markedBad = { by: 'anna', reason: 'loses text', at: '2026-11-22T15:00:00.000Z' }
  expect(rollbackBlock(layer({ markedBad }))).toBe('Generation 3 is marked bad by anna: loses text. Lift the mark first')
  expect(rollbackBlock(layer({ status: 'purged' }))).toBeUndefined()
  expect(rollbackBlock(layer({ status: 'current' }))).toBe('Generation 3 is current already')
})

test('GEN5 a module is not deleted while it has old generations', () => {
  expect(deleteBlock([layer({ number: 5, status: 'current' }), layer({})], 5)).toBe('Generation 3 is still loaded: purge it first')
  expect(deleteBlock([layer({ number: 5, status: 'current' })], 5)).toBeUndefined()
  expect(deleteBlock([layer({})], null)).toContain('nothing to delete')
})

test('the sentence counts old layers and who pins them', () => {
  expect(stackSentence([layer({ number: 5, status: 'current' }), layer({}), layer({ number: 2, pins: 1 })], 5)).toBe(
    'Generation 5 is current, 2 are old: 4 processes pin them.',
  )
  expect(stackSentence([layer({ number: 1, status: 'current' })], 1)).toBe('Generation 1 is current, none is old.')
})

test('PIN1 a stack tells that another generation was built with one of its old ones', () => {
  const layers = [layer({ number: 5, status: 'current' }), layer({ pins: 0, readBy: [{ module: 'shapes', number: 1 }] })]
  expect(stackSentence(layers, 5)).toBe('Generation 5 is current, 1 is old: nobody pins them, other generations were built with one.')
})
