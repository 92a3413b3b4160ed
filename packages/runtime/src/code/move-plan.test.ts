import { expect, test } from 'vitest'
import type { Pid } from '../ids.ts'
import type { MoveCandidate } from '../inspect/move-candidates.ts'
import { planMoveOf, type MoveGround } from './move-plan.ts'

const EXPORTS: Readonly<Record<number, readonly string[]>> = { 1: ['upgrade'], 2: [], 3: ['codeChange', 'init', 'upgrade'] }
const ground: MoveGround = {
  current: (module) => (module === 'gone' ? null : 3),
  has: (_, number, name) => EXPORTS[number]?.includes(name) === true,
}
const loop = (generation: number | null, module: string | null = 'room'): MoveCandidate => ({
  pid: '1.1' as Pid,
  name: null,
  function: null,
  at: null,
  module,
  generation,
  queueLength: 0,
  startedAt: '',
  links: [],
  because: 'chosen',
  behaviour: null,
  isSuspended: false,
})
const server = (stateGeneration: number, home: number | null = null, module = 'room'): MoveCandidate => ({
  ...loop(home, module),
  behaviour: { kind: 'server', module, stateGeneration, home },
})
const supervisor = (stateGeneration: number): MoveCandidate => ({
  ...loop(null, null),
  behaviour: { kind: 'supervisor', module: 'room', stateGeneration, home: null },
})

test.each([
  ['a server to current', server(1), null, { how: 'code_change', from: 1, to: 3 }],
  ['a server to what it is in', server(3), null, { how: 'cannot', obstacle: 'already_there' }],
  ['a server back to a generation without codeChange', server(3), 2, { how: 'cannot', obstacle: 'no_code_change', to: 2 }],
  ['a pinned server to current', server(1, 1), null, { how: 'code_change', from: 1, to: 3 }],
  ['a pinned server to the generation that it keeps', server(3, 3), 3, { how: 'cannot', obstacle: 'already_there' }],
  ['a server that keeps an older generation with a newer state', server(3, 1), 3, { how: 'code_change' }],
  ['a server of a module without a current generation', server(1, null, 'gone'), null, { how: 'cannot', obstacle: 'nothing_current' }],
  ['a supervisor by the init of the other generation', supervisor(1), null, { how: 'init', from: 1, to: 3 }],
  ['a supervisor to a generation without init', supervisor(1), 2, { how: 'cannot', obstacle: 'no_init' }],
  ['a suspended one', { ...server(1), isSuspended: true }, null, { how: 'cannot', obstacle: 'suspended' }],
  ['a raw loop by its upgrade message', loop(1), null, { how: 'upgrade', from: 1, to: 3 }],
  ['a raw loop to what is not current', loop(1), 2, { how: 'cannot', obstacle: 'loop_to_current_only' }],
  ['a raw loop without upgrade', loop(2), null, { how: 'cannot', obstacle: 'no_upgrade' }],
  ['a raw loop in current', loop(3), null, { how: 'cannot', obstacle: 'already_there' }],
  ['one that has not run yet', loop(null, null), null, { how: 'cannot', obstacle: 'not_started' }],
] as const)('MOVE1 how it would go: %s', (_, candidate, to, expected) => {
  expect(planMoveOf(ground, candidate, to)).toMatchObject({ obstacle: null, ...expected })
})
