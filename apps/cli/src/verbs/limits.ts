import { formatDuration, parseDuration } from '../format-figures.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { requiredReason, textOption } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

type View = Awaited<ReturnType<Call['client']['settings']['limits']['query']>>
type Limits = View['all']

/** As they are called here, and what they are. */
const LIMITS = [
  { name: 'pinned-longer-than', key: 'pinnedLongerThanMs', kind: 'duration' },
  { name: 'queue-over', key: 'queueOver', kind: 'count' },
  { name: 'queue-growing-for', key: 'queueGrowingForMs', kind: 'duration' },
  { name: 'crashes-per-minute', key: 'crashesPerMinute', kind: 'count' },
  { name: 'turn-longer-than', key: 'turnLongerThanMs', kind: 'duration' },
] as const satisfies readonly { readonly name: string; readonly key: keyof Limits; readonly kind: 'duration' | 'count' }[]

export const limitsVerb: Verb = {
  name: 'limits',
  summary: 'from where on something wants a person, for all modules and for single ones',
  usage: `limits | limits set LIMIT VALUE|default [--module M] --reason TEXT`,
  options: { module: { type: 'string' }, reason: { type: 'string' } },
  help: `Without more it lists them: the defaults, and modules that differ.
  set LIMIT VALUE one of ${LIMITS.map(({ name }) => name).join(', ')};
                  a duration such as 10m, 24h or 1s, or a count; default takes it back
  --module M      of this module alone; without it of all that have none of their own
  --reason TEXT   why; it stands in the trail

JSON: {all: limits, modules: {NAME: limits}, chosen: [{module: NAME|null, limits}]}
  limits: {pinnedLongerThanMs, queueOver, queueGrowingForMs, crashesPerMinute, turnLongerThanMs}
`,
  async run(call) {
    const [word, name, value, more] = call.positionals
    if (word !== undefined && (word !== 'set' || name === undefined || value === undefined || more !== undefined))
      throw new UsageError('./strata limits, or ./strata limits set LIMIT VALUE')
    const view =
      name === undefined || value === undefined
        ? await call.client.settings.limits.query()
        : await call.client.settings.setLimits.mutate({
            module: textOption(call, 'module') ?? null,
            limits: readLimit(name, value),
            reason: requiredReason(call),
          })
    print(call, view, () => table(call, view))
    return EXIT_DONE
  },
}

function readLimit(name: string, value: string): Partial<Record<keyof Limits, number | null>> {
  const limit = LIMITS.find((one) => one.name === name)
  if (limit === undefined) throw new UsageError(`there is no limit ${name}: ${LIMITS.map((one) => one.name).join(', ')}`)
  if (value === 'default') return { [limit.key]: null }
  const number = limit.kind === 'duration' ? parseDuration(value) : /^[1-9]\d{0,9}$/.test(value) ? Number(value) : undefined
  if (number === undefined)
    throw new UsageError(`${name} takes ${limit.kind === 'duration' ? 'a duration such as 10m or 24h' : 'a count'}, not ${value}`)
  return { [limit.key]: number }
}

function table(call: Call, { all, modules }: View): string {
  const rows = [{ module: 'all others', limits: all }, ...Object.entries(modules).map(([module, limits]) => ({ module, limits }))]
  return formatTable(call.io, rows, [
    { title: 'MODULE', cell: ({ module }) => module },
    ...LIMITS.map(({ name, key, kind }) => ({
      title: name.replaceAll('-', ' ').toUpperCase(),
      align: 'right' as const,
      cell: ({ limits }: (typeof rows)[number]) => (kind === 'duration' ? formatDuration(limits[key]) : limits[key]),
    })),
  ])
}
