import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { VERBS } from './command-line.ts'
import { faultSentence } from './fault-sentence.ts'

test('FAULT1 what else is known stands in lines below the sentence, and the way out after them', () => {
  const generations = [{ number: 2, pins: 4 }]
  expect(faultSentence({ code: 'not_purged', module: 'rooms', generations })).toBe(
    [
      'Refused: 1 older generation of rooms is still loaded.',
      '  rooms@2: pinned by 4 processes',
      'Load with --old keep to leave them alone, or see ./strata pins rooms.',
    ].join('\n'),
  )
  expect(faultSentence({ code: 'unknown_module', module: 'x' })).toBe('There is no module "x". ./strata modules lists them.')
})

test('FAULT1 every command that a refusal names is a verb', () => {
  const text = readFileSync(join(import.meta.dirname, 'fault-sentence.ts'), 'utf8')
  const named = [...text.matchAll(/\.\/strata ([a-z-]+)/g)].flatMap(([, verb]) => verb ?? [])
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((verb) => !VERBS.some(({ name }) => name === verb) && verb !== 'and')).toEqual([])
})
