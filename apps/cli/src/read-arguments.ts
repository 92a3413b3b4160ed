import { type ModuleGeneration, parseModuleGeneration, parsePid, type Pid } from '@strata/runtime/vocabulary'
import type { Call } from './verb.ts'
import { UsageError } from './usage-error.ts'

/** The value of a text option. */
export function textOption(call: Call, name: string): string | undefined {
  const value = call.values[name]
  return typeof value === 'string' ? value : undefined
}

export function flag(call: Call, name: string): boolean {
  return call.values[name] === true
}

export function numberOption(call: Call, name: string): number | undefined {
  const text = textOption(call, name)
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} takes a whole number, not ${text}`)
  return Number(text)
}

/** One of a few words. */
export function choiceOption<Word extends string>(call: Call, name: string, words: readonly Word[]): Word | undefined {
  const text = textOption(call, name)
  const word = words.find((one) => one === text)
  if (text !== undefined && word === undefined) throw new UsageError(`--${name} takes one of ${words.join(', ')}, not ${text}`)
  return word
}

/** `session` or `session@3`, and nothing else. */
export function oneModule(call: Call): { module: string; number?: number } {
  const [text, ...more] = call.positionals
  if (text === undefined) throw new UsageError('which module? Name it as MODULE or MODULE@N')
  if (more.length > 0) throw new UsageError(`one module at a time: ${more.join(' ')} is too much`)
  const parsed = parseModuleGeneration(text)
  if (parsed === undefined) throw new UsageError(`${text} is no module; write session, or session@3 for its generation 3`)
  return parsed
}

/** `session`, without a number. */
export function moduleAlone(call: Call): string {
  const { module, number } = oneModule(call)
  if (number !== undefined) throw new UsageError(`this is about the whole module; write ${module}, without a number`)
  return module
}

/** The text of `--reason`, which others will read. */
export function requiredReason(call: Call): string {
  const reason = textOption(call, 'reason')?.trim()
  if (reason === undefined || reason === '') throw new UsageError('why? Say it with --reason TEXT; others will read it')
  return reason
}

export function oneGeneration(text: string): ModuleGeneration | undefined {
  const parsed = parseModuleGeneration(text)
  return parsed?.number === undefined ? undefined : { module: parsed.module, number: parsed.number }
}

export function noPositionals(call: Call): void {
  if (call.positionals.length > 0) throw new UsageError(`${call.positionals.join(' ')} is too much here`)
}

export function pids(texts: readonly string[]): readonly Pid[] {
  if (texts.length === 0) throw new UsageError('which process? Name its pid, such as 1.2041 (./strata ps lists them)')
  return [...new Set(texts)].map((text) => parsePid(text) ?? notAPid(text))
}

function notAPid(text: string): never {
  throw new UsageError(`${text} is no pid; a pid looks like 1.2041 (./strata ps lists them)`)
}
