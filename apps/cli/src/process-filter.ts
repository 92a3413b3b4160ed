import type { ParseArgsOptionsConfig } from 'node:util'
import type { PlanInput } from './planned-act.ts'
import { choiceOption, flag, numberOption, textOption } from './read-arguments.ts'
import { UsageError } from './usage-error.ts'
import type { Call } from './verb.ts'

const STATUSES = ['running', 'runnable', 'waiting', 'slowed', 'suspended'] as const
const LOADS = ['busy', 'holding', 'stuck'] as const

export const FILTER_OPTIONS = {
  module: { type: 'string' },
  generation: { type: 'string' },
  status: { type: 'string' },
  load: { type: 'string' },
  search: { type: 'string' },
  'queue-min': { type: 'string' },
  'age-min': { type: 'string' },
  'pinned-min': { type: 'string' },
} as const satisfies ParseArgsOptionsConfig

export const FILTER_HELP = `  --module M      those that pin a generation of M
  --generation N  with --module: those that pin this one
  --status S      ${STATUSES.join(', ')}
  --load L        ${LOADS.join(', ')}: uses its turns up; in synchronous code; in one native call without checks
  --search T      text in pid, name, module, function or place
  --queue-min N   at least N messages wait
  --age-min S     started S seconds ago or longer
  --pinned-min S  with --module: pinned S seconds or longer
`

export type ProcessFilter = NonNullable<Extract<PlanInput, { verb: 'kill' }>['matching']>

/** The conditions that the line names. */
export function readFilter(call: Call): ProcessFilter {
  const module = textOption(call, 'module')
  const generation = numberOption(call, 'generation')
  const pinnedMinSeconds = numberOption(call, 'pinned-min')
  if (module === undefined && generation !== undefined) throw new UsageError('--generation needs --module')
  if (module === undefined && pinnedMinSeconds !== undefined) throw new UsageError('--pinned-min needs --module')
  return {
    module,
    generation,
    status: choiceOption(call, 'status', STATUSES),
    load: choiceOption(call, 'load', LOADS),
    search: textOption(call, 'search'),
    queueMin: numberOption(call, 'queue-min'),
    ageMinSeconds: numberOption(call, 'age-min'),
    pinnedMinSeconds,
  }
}

/** `--matching` and its conditions, for an act over all that match; `undefined` without it. */
export function readMatching(call: Call): ProcessFilter | undefined {
  const filter = readFilter(call)
  const named = Object.values(filter).some((value) => value !== undefined)
  if (!flag(call, 'matching')) {
    if (named) throw new UsageError('conditions choose processes with --matching only')
    return undefined
  }
  if (call.positionals.length > 0) throw new UsageError(`--matching chooses the processes: ${call.positionals.join(' ')} is too much`)
  if (!named) throw new UsageError('--matching needs a condition, such as --module session')
  return filter
}
