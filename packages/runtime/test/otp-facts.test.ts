import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FACTS } from '../conformance/otp/facts.ts'
import { LOADS_BY_STATE } from '../conformance/otp/load-facts.ts'

const ROOT = join(import.meta.dirname, '..')

/** How many observations of Erlang/OTP there are of each kind, and those that have a number between two. */
const OBSERVED = { T: 20, L: 30, C: 43, P: 63, R: 21, X: 43, G: 32, S: 23 }
const BETWEEN = ['L7b', 'P21b', 'P21c', 'P22b', 'P37b', 'R6b']

/** `X5–X9`, `L7b` and `X5, X6` in texts. */
function namedIn(text: string): string[] {
  const named: string[] = []
  for (const [, letter = '', from = '', between = '', to] of text.matchAll(/\b([TLCPRGSX])(\d+)([a-z]?)(?:[–-][TLCPRGSX](\d+))?\b/g)) {
    if (between !== '') named.push(`${letter}${from}${between}`)
    else for (let number = Number(from); number <= Number(to ?? from); number++) named.push(`${letter}${number}`)
  }
  return named
}

test('OTP3 every numbered observation is a test, or a case, or stands in the list of those that are not', () => {
  const tests = globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: ROOT }).filter((file) => !file.endsWith('otp-facts.test.ts'))
  const titles = tests.flatMap((file) =>
    [
      ...readFileSync(join(ROOT, file), 'utf8').matchAll(/^test[^'"\n]*\n?[^'"\n]*['"](.*?)['"],? /gm),
      ...readFileSync(join(ROOT, file), 'utf8').matchAll(/['"]([A-Z]+\d+ .*)['"]/g),
    ].map(([, title = '']) => title),
  )
  const cases = [...FACTS, ...LOADS_BY_STATE].map(({ name }) => name).join('\n')
  const spec = readFileSync(join(ROOT, 'SPEC.md'), 'utf8')
  const listed = spec.slice(spec.indexOf('**OTP1**'), spec.indexOf('## Upgrade and preview'))
  const known = new Set([...titles.flatMap(namedIn), ...namedIn(cases), ...namedIn(listed.slice(listed.indexOf('- ')))])
  const observed = Object.entries(OBSERVED).flatMap(([letter, last]) => Array.from({ length: last }, (_, index) => `${letter}${index + 1}`))
  expect([...observed, ...BETWEEN].filter((fact) => !known.has(fact))).toEqual([])
})
