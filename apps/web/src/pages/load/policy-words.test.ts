import type { CheckView, PolicyOutcome } from '@strata/runtime'
import { expect, test } from 'vitest'
import { policyOutcomes, preselectedPolicy } from './policy-words.ts'

const pinned = [{ number: 3, pins: 12 }]

function checked(policies: readonly PolicyOutcome[]): CheckView['modules'] {
  return [{ module: 'session', next: 5, current: 4, currentText: '', sameAs: null, markedBad: null, packages: [], policies }]
}

const held = checked([
  { policy: 'refuse', status: 'refused', kills: 0, purges: [], pinned },
  { policy: 'soft-purge', status: 'refused', kills: 0, purges: [], pinned },
  { policy: 'purge', status: 'loads', kills: 12, purges: [3], pinned },
  { policy: 'keep', status: 'loads', kills: 0, purges: [], pinned },
])

test('GEN2 where Refuse would be refused, Keep stands first and nothing is preselected', () => {
  const outcomes = policyOutcomes(held)
  expect(outcomes.map(({ policy }) => policy)).toEqual(['keep', 'refuse', 'soft-purge', 'purge'])
  expect(preselectedPolicy(outcomes)).toBeNull()
})

test('GEN2 each policy says what it would do right now', () => {
  const sentences = Object.fromEntries(policyOutcomes(held).map(({ policy, sentence }) => [policy, sentence]))
  expect(sentences).toEqual({
    refuse: 'refused, generation 3 is pinned by 12',
    'soft-purge': 'refused, generation 3 is pinned by 12',
    purge: 'ends 12 processes; generation 3 is purged',
    keep: 'nobody ends, 12 stay in 3',
  })
})

test('GEN2 Keep counts those inside what is current now too', () => {
  const keep = (modules: CheckView['modules'], pins: Record<string, number>) =>
    policyOutcomes(modules, pins).find(({ policy }) => policy === 'keep')?.sentence
  expect(keep(held, { session: 8 })).toBe('nobody ends, 12 stay in 3, 8 stay in 4, current now')
  expect(keep(held, { session: 0 })).toBe('nobody ends, 12 stay in 3')
  const first = checked([{ policy: 'keep', status: 'loads', kills: 0, purges: [], pinned: [] }])
  expect(keep(first, { session: 1, frame: 7 })).toBe('nobody ends, 1 stays in 4, current now')
})

test('GEN2 with nothing in the way Refuse is preselected', () => {
  const free = checked(
    (['refuse', 'soft-purge', 'purge', 'keep'] as const).map((policy) => ({ policy, status: 'loads', kills: 0, purges: [], pinned: [] })),
  )
  expect(preselectedPolicy(policyOutcomes(free))).toBe('refuse')
})
