import { EngineError, isModuleName, parsePid, type Pid, type ProcessFilter, type SourceFile } from '@strata/runtime'
import { z } from 'zod'

// What calls carry. Names and pids are text here and refused by `moduleName` and `pid`, with the engine's own faults.

const SHOWN_MAX = 120
const NUMBER_MAX = 1_000_000_000

export const nameText = z.string()
export const number = z.int().min(1).max(NUMBER_MAX)
export const pidText = z.string()
export const reason = z.string().max(1_000)
/** For acts that others meet later: they have to read why. */
export const requiredReason = z.string().trim().min(1).max(1_000)
/** ISO 8601 with its offset, told on in UTC. */
export const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())
export const idText = z.string().max(80)
export const oldPolicy = z.enum(['refuse', 'soft-purge', 'purge', 'keep'])
export const sources = z.array(z.strictObject({ module: z.string(), text: z.string(), origin: z.string().max(1_000).optional() })).min(1)
export const pidTexts = z.array(pidText).min(1).max(10_000)

/** Conditions on processes, all of which hold. Longer texts are refused by the engine, with the limit's name. */
export const processConditions = {
  module: nameText.optional(),
  generation: number.optional(),
  status: z.enum(['running', 'runnable', 'waiting', 'slowed', 'suspended']).optional(),
  load: z.enum(['busy', 'holding', 'stuck']).optional(),
  search: z.string().optional(),
  queueMin: z.int().min(1).max(NUMBER_MAX).optional(),
  ageMinSeconds: z.int().min(1).max(NUMBER_MAX).optional(),
  pinnedMinSeconds: z.int().min(1).max(NUMBER_MAX).optional(),
}
const conditions = z.strictObject(processConditions)

export function processFilter(input: z.infer<typeof conditions>): ProcessFilter {
  if (input.module !== undefined) moduleName(input.module)
  return withoutAbsent(input)
}

/** Drops keys whose value is `undefined`: the engine's views tell absent from unknown. */
export function withoutAbsent<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> }
}

export const expectedCurrent = z.record(z.string(), number.nullable())

/** Refuses with `invalid_name`. */
export function moduleName(name: string): string {
  // Asked of a copy: the predicate narrows what it refuses to `never`.
  const text: unknown = name
  if (isModuleName(text)) return text
  throw new EngineError({ code: 'invalid_name', name: name.slice(0, SHOWN_MAX), why: `${name.length} characters that are no module name` })
}

/** Refuses with `unknown_pid`. */
export function pid(text: string): Pid {
  const parsed = parsePid(text)
  if (parsed === undefined) throw new EngineError({ code: 'unknown_pid', pid: text.slice(0, SHOWN_MAX) })
  return parsed
}

export function pids(texts: readonly string[]): readonly Pid[] {
  return [...new Set(texts.map(pid))]
}

export function sourceFiles(files: z.infer<typeof sources>): readonly SourceFile[] {
  return files.map(({ module, text, origin }) => ({ module: moduleName(module), text, ...(origin === undefined ? {} : { origin }) }))
}
