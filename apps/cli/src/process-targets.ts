import { flag, oneGeneration, pids, textOption } from './read-arguments.ts'
import { UsageError } from './usage-error.ts'
import { type ProcessFilter, readMatching } from './process-filter.ts'
import type { Call } from './verb.ts'

/** One pid is acted on at once; more, a generation, or a plan, by that plan. */
export function isOnePid(call: Call): boolean {
  return (
    call.positionals.length === 1 &&
    oneGeneration(call.positionals[0] ?? '') === undefined &&
    textOption(call, 'plan') === undefined &&
    !flag(call, 'dry-run')
  )
}

/** `session@3`, for all that pin it, pids, or `--matching`; `undefined` when the line names a plan and nothing else. */
export function targetsOf(
  call: Call,
): { module: string; generation: number } | { pids: string[] } | { matching: ProcessFilter } | undefined {
  const matching = readMatching(call)
  if (matching !== undefined) return { matching }
  const [first, ...more] = call.positionals
  if (first === undefined && textOption(call, 'plan') !== undefined) return undefined
  const generation = first === undefined ? undefined : oneGeneration(first)
  if (generation === undefined) return { pids: [...pids(call.positionals)] }
  if (more.length > 0) throw new UsageError(`one generation, or pids: ${more.join(' ')} is too much`)
  return { module: generation.module, generation: generation.number }
}
