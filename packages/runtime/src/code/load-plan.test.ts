import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OldPolicy } from '../inspect/views.ts'
import { planLoad, previewPolicies, type LoadState } from './load-plan.ts'

const state = (module: string, current: number | null, ...pins: number[]): LoadState => ({
  module,
  current,
  old: pins.map((count, index) => ({ number: index + 1, pins: count })),
})

describe('the policies of a load', () => {
  const cases: readonly [string, LoadState, OldPolicy, unknown][] = [
    ['nothing loaded', state('m', null), 'refuse', { status: 'load', purges: [], kills: [] }],
    ['one that was deleted (T1, L16)', state('m', null, 3), 'refuse', { status: 'load', purges: [], kills: [] }],
    [
      'two beside which nothing is current',
      state('m', null, 3, 0),
      'refuse',
      {
        status: 'refused',
        fault: {
          code: 'not_purged',
          module: 'm',
          generations: [
            { number: 1, pins: 3 },
            { number: 2, pins: 0 },
          ],
        },
      },
    ],
    ['only current', state('m', 1), 'refuse', { status: 'load', purges: [], kills: [] }],
    [
      'a drained old one (L3)',
      state('m', 2, 0),
      'refuse',
      { status: 'refused', fault: { code: 'not_purged', module: 'm', generations: [{ number: 1, pins: 0 }] } },
    ],
    [
      'a pinned old one (L4)',
      state('m', 2, 3),
      'refuse',
      { status: 'refused', fault: { code: 'not_purged', module: 'm', generations: [{ number: 1, pins: 3 }] } },
    ],
    ['a drained old one', state('m', 2, 0), 'soft-purge', { status: 'load', purges: [{ module: 'm', number: 1 }], kills: [] }],
    [
      'one drained, one pinned',
      state('m', 3, 0, 2),
      'soft-purge',
      { status: 'refused', fault: { code: 'not_purged', module: 'm', generations: [{ number: 2, pins: 2 }] } },
    ],
    [
      'one drained, one pinned',
      state('m', 3, 0, 2),
      'purge',
      { status: 'load', purges: [{ module: 'm', number: 1 }], kills: [{ module: 'm', number: 2 }] },
    ],
    ['one drained, one pinned', state('m', 3, 0, 2), 'keep', { status: 'load', purges: [], kills: [] }],
  ]
  test.each(cases)('GEN2 %s', (_title, given, policy, decision) => {
    expect(planLoad([given], policy)).toEqual(decision)
  })

  test('GEN9 a load under soft-purge leaves what is marked keep, pinned or drained', () => {
    const old = [
      { number: 1, pins: 0 },
      { number: 2, pins: 0, kept: true },
      { number: 3, pins: 4, kept: true },
    ]
    expect(planLoad([{ module: 'm', current: 4, old }], 'soft-purge')).toEqual({
      status: 'load',
      purges: [{ module: 'm', number: 1 }],
      kills: [],
    })
  })

  test('GEN4 one module that is refused refuses the set', () => {
    expect(planLoad([state('a', 1), state('b', 2, 1)], 'refuse')).toMatchObject({
      status: 'refused',
      fault: { code: 'not_purged', module: 'b' },
    })
  })

  test('GEN8 a load decided on another current is refused before its policy is looked at', () => {
    expect(planLoad([state('m', 4, 1)], 'purge', { m: 3 })).toEqual({
      status: 'refused',
      fault: { code: 'changed_meanwhile', changes: [{ type: 'current', module: 'm', was: 3, is: 4 }] },
    })
    expect(planLoad([state('m', 1)], 'keep', { m: null })).toMatchObject({ status: 'refused' })
  })

  test('GEN2 keep never touches anybody, refuse never purges, and every kill is of a pinned generation', () => {
    const states = fc.array(fc.record({ module: fc.constantFrom('a', 'b', 'c'), pins: fc.array(fc.nat(3), { maxLength: 5 }) }), {
      minLength: 1,
      maxLength: 3,
    })
    fc.assert(
      fc.property(states, fc.constantFrom<OldPolicy>('refuse', 'soft-purge', 'purge', 'keep'), (given, policy) => {
        const all = given.map(({ module, pins }) => state(module, pins.length + 1, ...pins))
        const decision = planLoad(all, policy)
        if (decision.status === 'refused') return policy !== 'keep' && policy !== 'purge'
        const pinsAt = ({ module, number }: { module: string; number: number }): number[] =>
          all.filter((entry) => entry.module === module).flatMap(({ old }) => old.find((entry) => entry.number === number)?.pins ?? [])
        return (
          (policy === 'purge' || decision.kills.length === 0) &&
          decision.kills.every((entry) => pinsAt(entry).some((count) => count > 0)) &&
          decision.purges.every((entry) => pinsAt(entry).some((count) => count === 0))
        )
      }),
    )
  })
})

test('GEN2 what each policy would do right now', () => {
  expect(previewPolicies(state('m', 3, 0, 12))).toEqual([
    {
      policy: 'refuse',
      status: 'refused',
      kills: 0,
      purges: [],
      pinned: [
        { number: 1, pins: 0 },
        { number: 2, pins: 12 },
      ],
    },
    { policy: 'soft-purge', status: 'refused', kills: 0, purges: [], pinned: [{ number: 2, pins: 12 }] },
    { policy: 'purge', status: 'loads', kills: 12, purges: [1, 2], pinned: [{ number: 2, pins: 12 }] },
    { policy: 'keep', status: 'loads', kills: 0, purges: [], pinned: [{ number: 2, pins: 12 }] },
  ])
})
