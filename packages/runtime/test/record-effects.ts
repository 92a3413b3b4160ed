import { transformSync } from 'oxc-transform'

export type Log = (...values: unknown[]) => void
export type Main = (log: Log) => Promise<unknown>

/** A value as text that two runs of a program agree on. */
function show(value: unknown): unknown {
  if (value instanceof Error) return `${value.name}: ${value.message}`
  return typeof value === 'function' ? `function ${value.name}/${value.length}` : value
}

/** What a program did, in order, and how it ended. */
export async function recordEffects(main: Main): Promise<unknown[]> {
  const effects: unknown[] = []
  try {
    const value = await main((...values) => void effects.push(values.map(show)))
    effects.push(['returned', show(value)])
  } catch (error) {
    effects.push(['threw', show(error)])
  }
  return effects
}

/** `main` of a program that exports it, as Node runs it. */
export function runNatively(source: string): Main {
  const { code, errors } = transformSync('program.ts', source, { lang: 'ts', sourceType: 'module' })
  // What is no TypeScript is JavaScript.
  const javascript = errors.length > 0 ? source : code
  return new Function(`'use strict'; ${javascript.replaceAll(/^export /gm, '')}\nreturn main`)() as Main
}
