import { expect, test } from 'vitest'
import { compareTranscripts } from './compare.ts'
import { generateSequence, seedOf } from './generate.ts'
import { inDefinedOrder } from './message-order.ts'
import { formatTerm, type Operation, type Step } from './operations.ts'
import { shrinkSequence } from './shrink.ts'

const step = (outcome: string, more: Partial<Step> = {}): Step => ({
  who: '',
  outcome,
  a: '1/1',
  b: '-/undef',
  alive: 'p0',
  downs: '',
  ...more,
})
const PURGE: readonly Operation[] = [['purge', 'a']]

test('OTP1 any field that differs is a difference', () => {
  expect(compareTranscripts(PURGE, [step('true')], [step('true')])).toMatchObject({ status: 'same', compared: 1 })
  expect(compareTranscripts(PURGE, [step('true')], [step('false')])).toMatchObject({ status: 'different', at: 0 })
  for (const field of ['who', 'a', 'b', 'alive', 'downs'] as const)
    expect(compareTranscripts(PURGE, [step('true', { [field]: 'other' })], [step('true')])).toMatchObject({ status: 'different' })
  expect(compareTranscripts(PURGE, [], [step('true')])).toMatchObject({ status: 'different' })
})

test('OTP1 a listed difference is one of its operation, of both outcomes and of the state before, and nothing else', () => {
  const stale: readonly Operation[] = [
    ['prepare', 'a', 2],
    ['finish', 'a'],
    ['purge', 'a'],
  ]
  const theirs = [step('ok'), step('ok', { a: '2/2 old[]' }), step('false')]
  const met = compareTranscripts(stale, [step('ok'), step('changed'), step('true')], theirs)
  expect(met).toMatchObject({ status: 'same', compared: 2, met: [{ difference: { id: 'stale-load' }, at: 1 }] })
  // Refused as promised, but somebody ended.
  const wrong = compareTranscripts(stale, [step('ok'), step('changed', { alive: '' }), step('true')], theirs)
  expect(wrong).toMatchObject({ status: 'different', at: 1 })
  // Another operation with the same outcomes.
  const other = compareTranscripts([['purge', 'a']], [step('changed')], [step('ok')])
  expect(other).toMatchObject({ status: 'different', at: 0 })
})

test('OTP1 a difference that leaves both states alike does not hide the next one', () => {
  const twice: readonly Operation[] = [
    ['delete', 'a'],
    ['soft_purge', 'a'],
  ]
  const nothing = { a: '-/undef' }
  const theirs = [step('true', nothing), step('true', nothing)]
  expect(
    compareTranscripts(
      [['delete', 'b'], ...twice],
      [step('false'), step('false', nothing), step('false', nothing)],
      [step('true'), ...theirs],
    ),
  ).toMatchObject({
    status: 'different',
    at: 1,
  })
})

test('OTP1 between two marks the order of what one process sent counts, that of different processes does not', () => {
  expect(inDefinedOrder('[exit(p2,r1) exit(p1,r1) down0(p2,r1) | t1]')).toBe(inDefinedOrder('[exit(p1,r1) exit(p2,r1) down0(p2,r1) | t1]'))
  expect(inDefinedOrder('[exit(p1,r1) down0(p1,r1)]')).not.toBe(inDefinedOrder('[down0(p1,r1) exit(p1,r1)]'))
  expect(inDefinedOrder('[exit(p1,r1) | exit(p2,r1)]')).not.toBe(inDefinedOrder('[exit(p2,r1) | exit(p1,r1)]'))
  expect(inDefinedOrder('[t1 t2]')).not.toBe(inDefinedOrder('[t2 t1]'))
})

test('OTP1 a seed is a sequence', () => {
  const seeds = Array.from({ length: 50 }, (_, index) => seedOf(7, index))
  expect(new Set(seeds).size).toBe(50)
  for (const seed of seeds) expect(generateSequence(seed)).toEqual(generateSequence(seed))
  expect(new Set(seeds.map((seed) => JSON.stringify(generateSequence(seed)))).size).toBe(50)
  expect(formatTerm(['do', 2, 'fun', 0, 'closure', 'a'])).toBe("{'do',2,'fun',0,'closure','a'}")
  expect(formatTerm(['do', 0, 'trap', true])).toBe("{'do',0,'trap',true}")
})

test('OTP1 a failing sequence is reduced to the steps that it needs', async () => {
  const sequence = generateSequence(seedOf(1, 1))
  const needed = [sequence[2]!, sequence[5]!]
  const smallest = await shrinkSequence(sequence, async (candidate) => needed.every((one) => candidate.includes(one)))
  expect(smallest).toEqual(needed)
})
