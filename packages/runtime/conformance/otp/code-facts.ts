import { by, LOAD, spawn, type Case } from './case.ts'

/** What was observed of code (L, C, P), facts that the call matrix does not show, by their numbers. */
export const CODE_FACTS: readonly Case[] = [
  {
    name: 'C5: what is spawned by name enters current, what is spawned as a function stays',
    operations: [
      ...spawn(1),
      ['load', 'a', 2, 'load_module'],
      ...by(1, ['spawn', 'a', 'none'], ['spawn_local', 'none'], ['fun', 0, 'looper', 'a'], ['spawn_fun', 0, 'none']),
      ...by(2, ['local']),
      ...by(3, ['local']),
      ...by(4, ['local']),
    ],
  },
  {
    name: 'C7, C8: a body call keeps the frame below pinned, and the return goes on in it',
    operations: [
      ...spawn(1),
      ['load', 'a', 2, 'load_module'],
      ...by(1, ['enter', 'a'], ['local']),
      ['soft_purge', 'a'],
      ...by(1, ['return'], ['local'], ['move', 'a'], ['local']),
      ['soft_purge', 'a'],
    ],
  },
  {
    name: 'C9, C10: a kept function holds nothing, and is dead after the purge',
    operations: [
      ...spawn(1),
      ['load', 'b', 1, 'l'],
      ...by(1, ['fun', 0, 'closure', 'a'], ['fun', 1, 'external', 'a'], ['move', 'b'], ['call_fun', 0]),
      ['load', 'a', 2, 'load_module'],
      ...by(1, ['call_fun', 0], ['call_fun', 1]),
      ['soft_purge', 'a'],
      ...by(1, ['call_fun', 0], ['call_fun', 1]),
      ['delete', 'a'],
      ...by(1, ['call_fun', 0], ['call_fun', 1]),
    ],
  },
  {
    name: 'C17, C36: inside a kept function its generation is held, and what is made there is of it',
    operations: [
      ...spawn(1),
      ['load', 'b', 1, 'l'],
      ...by(1, ['fun', 0, 'looper', 'a'], ['move', 'b']),
      ['load', 'a', 2, 'load_module'],
      ...by(1, ['enter_fun', 0], ['local'], ['fun', 1, 'closure', 'a'], ['call_fun', 1]),
      ['soft_purge', 'a'],
      ...by(1, ['return'], ['local']),
      ['soft_purge', 'a'],
    ],
  },
  {
    name: 'C34, C35: a frame in a try is held, and nothing there sees the purge',
    operations: [...spawn(1), ['load', 'b', 1, 'l'], ...by(1, ['enter_try', 'b']), ['delete', 'a'], ['soft_purge', 'a'], ['purge', 'a']],
  },
  {
    name: 'L18, L28: only who is in the oldest generation of that module ends',
    operations: [
      ...spawn(1),
      ['load', 'b', 1, 'l'],
      ...by(0, ['spawn', 'b', 'none']),
      ['load', 'a', 2, 'load_module'],
      ['load', 'b', 2, 'load_module'],
      ...by(0, ['spawn', 'a', 'none']),
      ['load', 'a', 3, 'load_binary'],
    ],
  },
  {
    name: 'L29, L30, P56: a frame below holds, a tail call does not, whatever runs on top',
    operations: [
      ...spawn(2),
      ['load', 'b', 1, 'l'],
      ...by(1, ['enter', 'b']),
      ...by(2, ['move', 'b']),
      ['load', 'a', 2, 'load_module'],
      ['load', 'b', 2, 'load_module'],
      ['purge', 'a'],
      ['purge', 'b'],
    ],
  },
  {
    name: 'P22, P22b: what was prepared before another load',
    operations: [
      LOAD,
      ['prepare', 'a', 2],
      ['load', 'a', 3, 'load_binary'],
      ['finish', 'a'],
      ['purge', 'a'],
      ['prepare', 'a', 4],
      ['load', 'a', 5, 'load_binary'],
      ['purge', 'a'],
      ['finish', 'a'],
    ],
  },
  {
    name: 'P23, P24: a set loads whole or not at all',
    operations: [LOAD, ['load', 'b', 1, 'l'], ['load', 'b', 2, 'load_module'], ['load_set', 3, 3], ['soft_purge', 'b'], ['load_set', 4, 4]],
  },
  ...(['load_binary', 'l', 'soft'] as const).flatMap((way) => [
    {
      name: `L15, P53: a load by ${way} of what is no code`,
      operations: [...spawn(1), ['load', 'a', 2, 'load_module'], ['load_bad', 'a', way]] as const,
    },
    {
      name: `P31: a load by ${way} whose body fails`,
      operations: [...spawn(1), ['load', 'a', 2, 'load_module'], ['load_failing', 'a', 3, way]] as const,
    },
  ]),
  { name: 'L16: a load by load_binary after a delete', operations: [...spawn(1), ['delete', 'a'], ['load', 'a', 2, 'load_binary']] },
  {
    name: 'L17: loads by load_module after a delete',
    operations: [...spawn(1), ['delete', 'a'], ['load', 'a', 2, 'load_module'], ['load', 'a', 3, 'load_module']],
  },
  {
    name: 'L25: the same content again',
    operations: [LOAD, ['reload', 'a'], ['load', 'a', 1, 'load_module'], ['load', 'a', 1, 'load_module']],
  },
  { name: 'P63: a delete of what is gone', operations: [LOAD, ['delete', 'a'], ['purge', 'a'], ['delete', 'a']] },
  {
    name: 'C14: a kept function, its generation purged, the same content loaded again',
    operations: [
      ...spawn(1),
      ['load', 'b', 1, 'l'],
      ...by(1, ['fun', 0, 'closure', 'a'], ['move', 'b']),
      ['load', 'a', 1, 'load_module'],
      ['soft_purge', 'a'],
      ...by(1, ['call_fun', 0]),
    ],
  },
  {
    name: 'C24: an external function of what is absent',
    operations: [...spawn(1), ...by(1, ['fun', 0, 'external', 'b'], ['call_fun', 0])],
  },
  {
    name: 'C9, C16: a timer of who has left',
    operations: [
      ...spawn(1),
      ['load', 'b', 1, 'l'],
      ...by(1, ['timer'], ['move', 'b']),
      ['load', 'a', 2, 'load_module'],
      ['soft_purge', 'a'],
    ],
  },
]
