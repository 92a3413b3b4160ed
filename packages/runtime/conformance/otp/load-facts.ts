import { by, DRAIN, LOAD, spawn, type Case } from './case.ts'
import { WAYS, type Operation } from './operations.ts'

/** Somebody in `b` who watches process 1 from there. */
const WATCHED: readonly Operation[] = [...spawn(1), ['load', 'b', 1, 'l'], ...by(0, ['spawn', 'b', 'none'])]
const SECOND: Operation = ['load', 'a', 2, 'load_module']

/** Each way to load in each state that a module can be in: none, current, current and old, old, and the same with a process in what is (or becomes) old. */
export const LOADS_BY_STATE: readonly Case[] = WAYS.flatMap((way): Case[] => [
  {
    name: `T1, T2, T7, T11: ${way} where nothing is, beside current, and beside current and old`,
    operations: [
      ['load', 'a', 1, way],
      ['load', 'a', 2, way],
      ['load', 'a', 3, way],
    ],
  },
  {
    name: `T1, T2, T7, T11: ${way} with a process in current, then in old`,
    operations: [...spawn(1), ['load', 'a', 2, way], ['load', 'a', 3, way], ...by(0, ['qual', 'a'])],
  },
  {
    name: `T1, T2, T7, T11: ${way} where only old is`,
    operations: [LOAD, ['delete', 'a'], ['load', 'a', 2, way]],
  },
  {
    name: `T1, T2, T7, T11: ${way} where only old is, with a process in it`,
    operations: [...spawn(1), ['delete', 'a'], ['load', 'a', 2, way]],
  },
  { name: `T3, T5, P29: ${way} of what is no code, and of a body that fails, where nothing is`, operations: nothingUsable(way, []) },
  { name: `T3, T5, P30: ${way} of the same beside current with a process in it`, operations: nothingUsable(way, spawn(1)) },
  {
    name: `T3, T5, P59: ${way} of the same beside old with a process in it`,
    operations: nothingUsable(way, [...spawn(1), ['delete', 'a']]),
  },
])

function nothingUsable(way: (typeof WAYS)[number], given: readonly Operation[]): Operation[] {
  // The BIF loads nothing that has an `-on_load` (P35).
  const failing: Operation[] = way === 'load_module' ? [] : [['load_failing', 'a', 2, way]]
  return [...given, ['load_bad', 'a', way], ...failing, ...by(0, ['qual', 'a'])]
}

/** What was observed of loads, purges and deletes (T, L, P) and of what goes on through them (C), each fact that sequences can express, by its number. */
export const LOAD_FACTS: readonly Case[] = [
  {
    name: 'L1, L2, L5: the first load makes current, the second old; a purging one is the third',
    operations: [['load', 'a', 1, 'load_module'], SECOND, ['load', 'a', 3, 'load_binary']],
  },
  ...(['load_module', 'load_file', 'load_binary', 'l'] as const).map(
    (way): Case => ({
      name: `L3–L9: ${way} beside old, whom somebody watches by link and monitor`,
      operations: [
        ...WATCHED,
        ...by(2, ['trap', true], ['link', 1], ['monitor', 1]),
        SECOND,
        ['load', 'a', 3, way],
        ...by(0, ['qual', 'a']),
        ...by(1, DRAIN),
      ],
    }),
  ),
  { name: 'L7b: load_file beside old without users', operations: [LOAD, SECOND, ['load', 'a', 3, 'load_file']] },
  { name: 'T9, L11: a set beside old', operations: [...spawn(1), ['load', 'b', 1, 'l'], SECOND, ['load_set', 3, 2], ...by(1, ['local'])] },
  {
    name: 'T10, L12, L13: what was prepared beside old',
    operations: [...spawn(1), SECOND, ['prepare', 'a', 3], ['finish', 'a'], ...by(1, ['local'])],
  },
  {
    name: 'L19, L20, C6: who waits in its loop is held until its next message takes it on by a qualified call',
    operations: [
      ...spawn(2),
      SECOND,
      ['soft_purge', 'a'],
      ...by(1, ['move', 'a'], ['local']),
      ['load', 'a', 3, 'load_binary'],
      ...by(1, ['local']),
    ],
  },
  {
    name: 'L22, C42, P48: with who is purged go its name, its timer and those linked to it, whose links hear killed',
    operations: [
      ...WATCHED,
      ...by(0, ['spawn', 'b', 'none'], ['register', 'n1', 1]),
      ...by(1, ['timer']),
      ...by(2, ['link', 1]),
      ...by(3, ['trap', true], ['link', 2]),
      SECOND,
      ['purge', 'a'],
      ...by(0, ['whereis', 'n1']),
      ...by(1, DRAIN),
    ],
  },
  { name: 'L23: a purge cannot be trapped', operations: [...spawn(1), ...by(1, ['trap', true]), SECOND, ['purge', 'a']] },
  { name: 'L24: what is no code', operations: [LOAD, ['load_bad', 'a', 'load_module'], ['load_bad', 'a', 'load_binary']] },
  {
    name: 'L26: who holds a link and two monitors hears of the link first, then of the monitors in their order',
    operations: [
      ...WATCHED,
      ...by(2, ['trap', true], ['monitor', 1], ['monitor', 1], ['link', 1]),
      SECOND,
      ['purge', 'a'],
      ...by(1, DRAIN),
    ],
  },
  { name: 'P1: purges and a delete of what never was', operations: [LOAD, ['purge', 'b'], ['soft_purge', 'b'], ['delete', 'b']] },
  { name: 'P2, T13, T14: no purge touches current', operations: [...spawn(1), ['purge', 'a'], ['soft_purge', 'a'], ...by(1, ['local'])] },
  { name: 'P3, P5, T15: a purge of old without users, and again', operations: [LOAD, SECOND, ['purge', 'a'], ['purge', 'a']] },
  { name: 'P4: a soft purge of old without users, and again', operations: [LOAD, SECOND, ['soft_purge', 'a'], ['soft_purge', 'a']] },
  {
    name: 'P6, P7: a refused soft purge changes nothing, and a purge kills',
    operations: [...spawn(1), ...by(0, ['monitor', 1]), SECOND, ['soft_purge', 'a'], ...by(1, ['local']), ['purge', 'a'], ...by(0, DRAIN)],
  },
  {
    name: 'P8, P9: a purge kills all in old and nobody in current',
    operations: [...spawn(6), SECOND, ...by(0, ['spawn', 'a', 'none']), ['purge', 'a'], ...by(1, ['local'])],
  },
  {
    name: 'P12, P13, P15: a delete makes users of current users of old, who go on, also beside the next current',
    operations: [
      ...spawn(1),
      ['delete', 'a'],
      ...by(0, ['qual', 'a']),
      ...by(1, ['local']),
      SECOND,
      ...by(1, ['local'], ['qual', 'a']),
      ['soft_purge', 'a'],
    ],
  },
  { name: 'P14, T16, T17: a delete beside old', operations: [LOAD, SECOND, ['delete', 'a']] },
  {
    name: 'P21, T10: what is only prepared is not there',
    operations: [['prepare', 'a', 1], ...by(0, ['qual', 'a']), ['finish', 'a'], ...by(0, ['qual', 'a'])],
  },
  {
    name: 'P49: what somebody sent comes before its end',
    operations: [
      ...spawn(1),
      ...by(0, ['monitor', 1]),
      ...by(1, ['send', 0, 'm1'], ['send', 0, 'm2']),
      SECOND,
      ['purge', 'a'],
      ...by(0, DRAIN),
    ],
  },
  {
    name: 'C1: a local call stays, a qualified one enters current',
    operations: [...spawn(1), SECOND, ...by(1, ['local'], ['qual', 'a']), ...by(0, ['qual', 'a'])],
  },
  {
    name: 'C2, C3, C4: an external function is a name, a local one its generation’s',
    operations: [
      ...spawn(1),
      ['load', 'b', 1, 'l'],
      ...by(
        1,
        ['fun', 0, 'external', 'a'],
        ['fun', 1, 'local', 'a'],
        ['fun', 2, 'qualified', 'a'],
        ['call_fun', 0],
        ['call_fun', 1],
        ['call_fun', 2],
      ),
      SECOND,
      ...by(1, ['call_fun', 0], ['call_fun', 1], ['call_fun', 2], ['move', 'b']),
      ['load', 'a', 3, 'load_binary'],
      ...by(1, ['call_fun', 0], ['call_fun', 1]),
    ],
  },
  {
    name: 'C25, C26, C37: what is not there is undef, and ends who does not catch it',
    operations: [
      ...spawn(2),
      ['load', 'a', 3, 'load_module'],
      ...by(1, ['qual_f', 'a']),
      ['purge', 'a'],
      ...spawnIn('a'),
      ['delete', 'a'],
      ...by(1, ['qual', 'a'], ['must', 'a']),
    ],
  },
  {
    name: 'C43: who moves keeps its queue, links, monitors and name',
    operations: [
      ...spawn(2),
      ...by(0, ['register', 'n1', 1], ['monitor', 1], ['send', 1, 'm1']),
      ...by(1, ['trap', true], ['link', 2]),
      SECOND,
      ...by(1, ['move', 'a'], ['local']),
      ['purge', 'a'],
      ...by(1, DRAIN),
      ...by(0, ['whereis', 'n1']),
    ],
  },
]

function spawnIn(subject: 'a' | 'b'): Operation[] {
  return by(0, ['spawn', subject, 'none'])
}
