import { describe, expect, test } from 'vitest'
import { compileModule } from '../src/compiler/compile-module.ts'
import { programs } from './differential-programs.ts'
import { recordEffects, runNatively } from './record-effects.ts'
import type { Main } from './record-effects.ts'
import { instantiate } from './tiny-driver.ts'

function runCompiled(source: string, reductions = 4_000): Main {
  const outcome = compileModule({ module: 'program', file: 'program.ts', text: source, resolutions: new Map() })
  if (outcome.status === 'rejected') throw new Error(JSON.stringify(outcome.diagnostics))
  return instantiate(outcome.compiled, { reductions }).instance.exports.main as Main
}

describe('COMP1 a compiled program does what the same program does without us', () => {
  test.each(Object.entries(programs))('%s', async (_, source) => {
    const expected = await recordEffects(runNatively(source))
    expect(await recordEffects(runCompiled(source))).toEqual(expected)
  })
})

describe('SCHED1 the same when its turn ends at every check', () => {
  test.each(Object.entries(programs))('%s', async (_, source) => {
    const expected = await recordEffects(runNatively(source))
    expect(await recordEffects(runCompiled(source, 0))).toEqual(expected)
  })
})
