import type { Rule } from './rule.ts'

/** Timers of `node:timers` instead of the globals, which belong to the process that calls them. */
export const unownedTimer: Rule = (facts) =>
  facts
    .all('ImportDeclaration')
    .filter(({ source, specifiers }) => (source.value === 'node:timers' || source.value === 'timers') && specifiers.length > 0)
    .map((statement) => ({
      code: 'unowned_timer',
      at: statement.start,
      message: 'Timers of `node:timers` belong to no process: they go on when theirs ends, and throw once their generation is purged',
      hint: 'Use the global `setTimeout`, `setInterval` and `setImmediate`, which end with the process that called them.',
    }))
