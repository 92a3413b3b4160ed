import { by, DRAIN, spawn, type Case } from './case.ts'
import type { Operation } from './operations.ts'

/** Ways in which process 1 can end. */
const ENDS: Readonly<Record<string, readonly Operation[]>> = {
  return: by(1, ['return']),
  'exit(normal)': by(1, ['exit1', 'normal']),
  'exit(r1)': by(1, ['exit1', 'r1']),
  'exit(kill)': by(1, ['exit1', 'kill']),
  'exit(shutdown)': by(1, ['exit1', 'shutdown']),
  error: by(1, ['error']),
  throw: by(1, ['throw']),
  'exit(self, kill)': by(1, ['exit', 1, 'kill']),
  'exit(self, normal)': by(1, ['exit', 1, 'normal']),
  'exit(self, r1)': by(1, ['exit', 1, 'r1']),
  'kill from outside': [['kill', 1]],
}

function forEachEnd(fact: string, given: string, prepared: readonly Operation[], afterwards: readonly Operation[]): Case[] {
  return Object.entries(ENDS).map(([end, operations]) => ({
    name: `${fact}: ${given}, ${end}`,
    operations: [...prepared, ...operations, ...afterwards],
  }))
}

/** What was observed of processes (X), each fact that sequences can express, by its number. */
export const PROCESS_FACTS: readonly Case[] = [
  ...forEachEnd('X1', 'the reason that a monitor tells', [...spawn(1), ...by(0, ['monitor', 1])], by(0, DRAIN)),
  ...forEachEnd('X3', 'who is linked and does not trap', [...spawn(2), ...by(2, ['link', 1]), ...by(0, ['monitor', 2])], by(0, DRAIN)),
  ...forEachEnd('X4', 'who is linked and traps', [...spawn(2), ...by(2, ['trap', true], ['link', 1])], by(1, DRAIN, ['local'])),
  ...forEachEnd('X2', 'inside a try', [...spawn(1), ...by(1, ['enter_try', 'a'])], by(0, ['local'])),
  {
    name: 'X5: exit(P, normal) ends nobody else, is a message to who traps, and ends oneself',
    operations: [
      ...spawn(2),
      ...by(0, ['exit', 1, 'normal']),
      ...by(1, ['local'], ['trap', true]),
      ...by(0, ['exit', 1, 'normal']),
      ...by(1, ['exit', 1, 'normal'], DRAIN),
      ...by(2, ['exit', 2, 'normal']),
    ],
  },
  ...['r1', 'shutdown', 'kill', 'normal'].map((reason) => ({
    name: `X6, X38: exit(P, ${reason}) to one that traps and to one that does not`,
    operations: [
      ...spawn(2),
      ...by(0, ['monitor', 1], ['monitor', 2]),
      ...by(1, ['trap', true]),
      ...by(0, ['exit', 1, reason], ['exit', 2, reason], DRAIN),
      ...by(1, DRAIN),
    ],
  })),
  {
    name: 'X7: a chain falls, and its end hears of its neighbour',
    operations: [
      ...spawn(4),
      ...by(1, ['link', 2]),
      ...by(2, ['link', 3]),
      ...by(4, ['trap', true], ['link', 3]),
      ...by(1, ['exit1', 'r1']),
      ...by(1, DRAIN),
    ],
  },
  {
    name: 'X8: a link to what has ended',
    operations: [...spawn(2), ['kill', 1], ...by(0, ['link', 1]), ...by(1, ['trap', true], ['link', 1], DRAIN)],
  },
  {
    name: 'X9: links do not stack',
    operations: [
      ...spawn(2),
      ...by(2, ['trap', true], ['link', 1], ['link', 1], ['unlink', 1]),
      ['inspect', 1],
      ...by(1, ['exit1', 'r1']),
      ...by(1, DRAIN),
    ],
  },
  {
    name: 'X10: unlink leaves an exit message that is queued',
    operations: [...spawn(2), ...by(2, ['trap', true], ['link', 1]), ...by(1, ['exit1', 'r1']), ...by(1, ['unlink', 1], DRAIN)],
  },
  {
    name: 'X11: a link to oneself, an unlink of nobody, an exit to nobody',
    operations: [
      ...spawn(2),
      ...by(1, ['link', 1]),
      ['inspect', 1],
      ...by(1, ['unlink', 2]),
      ['kill', 2],
      ...by(1, ['unlink', 2], ['exit', 2, 'r1'], DRAIN),
    ],
  },
  {
    name: 'X12: monitors of one that has ended, of a free name, of a name',
    operations: [
      ...spawn(2),
      ['kill', 1],
      ...by(0, ['monitor', 1], ['monitor_name', 'n2'], ['register', 'n1', 2], ['monitor_name', 'n1']),
      ['inspect', 2],
      ...by(1, ['exit1', 'r1']),
      ...by(0, DRAIN),
    ],
  },
  {
    name: 'X13: monitors stack, and one of them can go',
    operations: [
      ...spawn(1),
      ...by(0, ['monitor', 1], ['monitor', 1], ['monitor', 1], ['demonitor', 1, false]),
      ['inspect', 1],
      ...by(1, ['exit1', 'r1']),
      ...by(0, DRAIN),
    ],
  },
  {
    name: 'X14: only flush removes a message that is queued',
    operations: [
      ...spawn(1),
      ...by(0, ['monitor', 1], ['monitor', 1], ['monitor', 1]),
      ...by(1, ['exit1', 'r1']),
      ...by(0, ['demonitor', 0, false], ['demonitor', 1, true], ['demonitor', 1, true], DRAIN, ['demonitor', 2, true]),
    ],
  },
  {
    name: 'X17: names',
    operations: [
      ...spawn(3),
      ...by(0, ['register', 'n1', 1], ['register', 'n1', 2], ['register', 'n2', 1], ['whereis', 'n1'], ['whereis', 'n2']),
      ['kill', 3],
      ...by(0, ['register', 'n2', 3], ['send_name', 'n2', 't1'], ['send', 3, 't1'], ['unregister', 'n2'], ['send_name', 'n1', 't1']),
      ...by(1, DRAIN, ['register', 'n1', 1]),
      ['inspect', 1],
    ],
  },
  {
    name: 'X18: a name is free once its process has ended',
    operations: [
      ...spawn(2),
      ...by(0, ['monitor', 1], ['register', 'n1', 1]),
      ['kill', 1],
      ...by(0, DRAIN, ['whereis', 'n1'], ['register', 'n1', 2], ['whereis', 'n1']),
    ],
  },
  {
    name: 'X20: what is told of a process that is linked, watched, named and traps, with messages queued',
    operations: [
      ...spawn(2),
      ...by(0, ['monitor', 1], ['link', 1], ['register', 'n1', 1], ['send', 1, 't1'], ['send', 1, 't2']),
      ...by(1, ['trap', true]),
      ['inspect', 1],
      ['inspect', 2],
      ['inspect', 0],
    ],
  },
  {
    name: 'X21, X37: a selective receive takes out of the middle, the rest keeps its order, also what one sent oneself',
    operations: [
      ...spawn(1),
      ...by(0, ['send', 1, 't1'], ['send', 1, 't2']),
      ...by(1, ['send', 1, 't3'], ['take', 't2'], ['take', 't2'], DRAIN),
    ],
  },
  {
    name: 'X24: one sender’s messages, exit signals and end arrive in its order',
    operations: [
      ...spawn(2),
      ...by(2, ['trap', true], ['link', 1], ['monitor', 1]),
      ...by(1, ['send', 2, 't1'], ['exit', 2, 'r1'], ['send', 2, 't2'], ['exit1', 'shutdown']),
      ...by(1, DRAIN),
    ],
  },
  {
    name: 'X25: the exit message comes before the down message, monitored first',
    operations: [...spawn(2), ...by(2, ['trap', true], ['monitor', 1], ['link', 1]), ...by(1, ['exit1', 'r1']), ...by(1, DRAIN)],
  },
  {
    name: 'X25: the exit message comes before the down message, linked first',
    operations: [...spawn(2), ...by(2, ['trap', true], ['link', 1], ['monitor', 1]), ...by(1, ['exit1', 'r1']), ...by(1, DRAIN)],
  },
  ...(['none', 'link', 'monitor'] as const).map((option) => ({
    name: `X27, X29: spawn of what is not there, with ${option}`,
    operations: [...spawn(1), ...by(1, ['spawn', 'b', option]), ...by(0, ['trap', true], ['spawn', 'b', option], DRAIN)],
  })),
  {
    name: 'X30: an exit message stays one when trapping ends',
    operations: [
      ...spawn(2),
      ...by(1, ['trap', true]),
      ...by(0, ['exit', 1, 'r1']),
      ...by(1, ['trap', false]),
      ['inspect', 1],
      ...by(1, DRAIN),
      ...by(0, ['exit', 1, 'shutdown']),
    ],
  },
  {
    name: 'X34: an exit signal ends one that waits in a receive, below other frames, and in another module',
    operations: [
      ...spawn(2),
      ['load', 'b', 1, 'l'],
      ...by(1, ['enter', 'a'], ['enter', 'b']),
      ...by(2, ['move', 'b']),
      ...by(0, ['monitor', 1], ['monitor', 2], ['exit', 1, 'r1'], ['exit', 2, 'r1'], DRAIN),
    ],
  },
  {
    name: 'X35: two that watch each other and are linked',
    operations: [
      ...spawn(2),
      ...by(1, ['monitor', 2], ['link', 2]),
      ...by(2, ['trap', true], ['monitor', 1]),
      ['kill', 1],
      ...by(1, DRAIN),
    ],
  },
  {
    name: 'X36: a message to one that has ended',
    operations: [...spawn(2), ...by(0, ['send', 1, 't1']), ['kill', 1], ...by(0, ['send', 1, 't2'], DRAIN)],
  },
  {
    name: 'X39: a child that is not linked outlives its parent',
    operations: [...spawn(1), ...by(1, ['spawn', 'a', 'none'], ['spawn', 'a', 'link'], ['exit1', 'r1']), ...by(1, ['local'])],
  },
  {
    name: 'X41: a name goes to another process',
    operations: [
      ...spawn(2),
      ...by(0, ['register', 'n1', 1], ['send_name', 'n1', 't1'], ['unregister', 'n1'], ['register', 'n1', 2], ['send_name', 'n1', 't2']),
      ...by(1, DRAIN),
      ...by(2, DRAIN),
    ],
  },
]
