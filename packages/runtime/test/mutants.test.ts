import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MUTANTS } from '../conformance/mutants/mutants.ts'

test('COMP1 what each mutant changes stands in the source, once', () => {
  const texts = new Map<string, string>()
  for (const { name, file, find } of MUTANTS) {
    const text = texts.get(file) ?? readFileSync(join(import.meta.dirname, '..', file), 'utf8')
    texts.set(file, text)
    expect(text.split(find).length - 1, `${name}: in ${file}`).toBe(1)
  }
})
