import vm from 'node:vm'
import { compileForTest, createTestScheduler } from '../../src/testing/test-scheduler.ts'

/** What a program did, in order; `unhandled` when it left a rejection to nobody, which ends a process in both worlds, each in its way. */
export type Effects = readonly string[] | 'unhandled'

interface Program {
  readonly effects: readonly string[]
  main(): Promise<void>
}

/** As Node runs it. */
async function runNatively(source: string): Promise<Effects> {
  const text = `'use strict'; ${source.replaceAll(/^export /gm, '')}\nreturn { effects, main }`
  let unhandled = false
  const onUnhandled = (): void => {
    unhandled = true
  }
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', onUnhandled)
  try {
    const { effects, main } = vm.compileFunction(text)() as Program
    await main()
    const seen = [...effects]
    await new Promise((resolve) => setImmediate(resolve))
    return unhandled ? 'unhandled' : seen
  } finally {
    process.off('unhandledRejection', onUnhandled)
    for (const listener of listeners) process.on('unhandledRejection', listener)
  }
}

/** As a process of a scheduler runs it, whose turns have this many reductions. */
async function runCompiled(source: string, reductionsPerTurn: number): Promise<readonly string[]> {
  const run = createTestScheduler({ modules: {}, reductionsPerTurn })
  try {
    run.loadCompiled([compileForTest('program', source, [])])
    await run.apply('program', 'main')
    const exports = run.table.current('program')?.instance.exports as unknown as Program
    return [...exports.effects, ...run.events.map((event) => `event ${JSON.stringify(event)}`)]
  } finally {
    run.stop()
  }
}

/** Where `main` ends, a process ends with its other strands (STR1), which Node has not. */
function upToEnd(effects: readonly string[]): readonly string[] {
  const at = effects.findIndex((effect) => effect.endsWith(' end'))
  return at === -1 ? effects : effects.slice(0, at + 1)
}

/** Why the compiled program is not what the source is, or nothing. */
export async function compareProgram(source: string, reductionsPerTurn: number): Promise<'same' | 'unhandled' | { readonly why: string }> {
  const seen = await runNatively(source)
  if (seen === 'unhandled') return seen
  const expected = upToEnd(seen)
  const actual = upToEnd(await runCompiled(source, reductionsPerTurn))
  const at = expected.findIndex((effect, index) => effect !== actual[index])
  if (at === -1 && actual.length === expected.length) return 'same'
  const from = at === -1 ? expected.length : at
  return {
    why: `effect ${from}: expected ${JSON.stringify(expected.slice(from, from + 3))}, got ${JSON.stringify(actual.slice(from, from + 3))} after ${JSON.stringify(expected.slice(Math.max(0, from - 3), from))}`,
  }
}
