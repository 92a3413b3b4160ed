import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

/** Numbers of the observations of Erlang/OTP of one kind. */
function numbered(letter: string, last: number): string[] {
  return Array.from({ length: last }, (_, index) => `${letter}${index + 1}`)
}

/** `X5–X9` and `X5, X6` in texts. */
function namedIn(text: string): string[] {
  const named: string[] = []
  for (const [, letter = '', from = '', to] of text.matchAll(/\b([GSX])(\d+)(?:[–-][GSX](\d+))?\b/g))
    for (let number = Number(from); number <= Number(to ?? from); number++) named.push(`${letter}${number}`)
  return named
}

test('OTP3 every numbered observation of processes, servers and supervisors is a test or stands in the list of those that are not', () => {
  const tests = globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: ROOT }).filter((file) => !file.endsWith('otp-facts.test.ts'))
  const titles = tests.flatMap((file) =>
    [
      ...readFileSync(join(ROOT, file), 'utf8').matchAll(/^test[^'"\n]*\n?[^'"\n]*['"](.*?)['"],? /gm),
      ...readFileSync(join(ROOT, file), 'utf8').matchAll(/['"]([A-Z]+\d+ .*)['"]/g),
    ].map(([, title = '']) => title),
  )
  const cases = readFileSync(join(ROOT, 'conformance/otp/process-facts.ts'), 'utf8')
  const spec = readFileSync(join(ROOT, 'SPEC.md'), 'utf8')
  const listed = spec.slice(spec.indexOf('**OTP3**'), spec.indexOf('## Upgrade and preview'))
  const known = new Set([...titles.flatMap(namedIn), ...namedIn(cases), ...namedIn(listed.slice(listed.indexOf('- ')))])
  expect([...numbered('X', 43), ...numbered('G', 32), ...numbered('S', 23)].filter((fact) => !known.has(fact))).toEqual([])
})
