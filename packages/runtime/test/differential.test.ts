import { transformSync } from 'oxc-transform'
import { describe, expect, test } from 'vitest'
import { compileModule } from '../src/compiler/compile-module.ts'
import { programs } from './differential-programs.ts'
import { instantiate } from './tiny-driver.ts'

type Log = (...values: unknown[]) => void
type Main = (log: Log) => Promise<unknown>

/** What a program did, in order, and how it ended. */
async function record(main: Main): Promise<unknown[]> {
  const effects: unknown[] = []
  const show = (value: unknown): unknown =>
    value instanceof Error
      ? `${value.name}: ${value.message}`
      : typeof value === 'function'
        ? `function ${value.name}/${value.length}`
        : value
  try {
    const value = await main((...values) => void effects.push(values.map(show)))
    effects.push(['returned', show(value)])
  } catch (error) {
    effects.push(['threw', show(error)])
  }
  return effects
}

function runNatively(source: string): Main {
  const { code } = transformSync('program.ts', source, { lang: 'ts', sourceType: 'module' })
  return new Function(`'use strict'; ${code.replaceAll(/^export /gm, '')}\nreturn main`)() as Main
}

function runCompiled(source: string, reductions = 4_000): Main {
  const outcome = compileModule({ module: 'program', file: 'program.ts', text: source, resolutions: new Map() })
  if (outcome.status === 'rejected') throw new Error(JSON.stringify(outcome.diagnostics))
  return instantiate(outcome.compiled, { reductions }).instance.exports.main as Main
}

describe('COMP1 a compiled program does what the same program does without us', () => {
  test.each(Object.entries(programs))('%s', async (_, source) => {
    const expected = await record(runNatively(source))
    expect(await record(runCompiled(source))).toEqual(expected)
  })
})

describe('SCHED1 the same when its turn ends at every check', () => {
  test.each(Object.entries(programs))('%s', async (_, source) => {
    const expected = await record(runNatively(source))
    expect(await record(runCompiled(source, 0))).toEqual(expected)
  })
})
