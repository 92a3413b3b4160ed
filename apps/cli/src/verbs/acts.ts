import type { ActSummary, ActView } from '@strata/server'
import { countOf, formatAge } from '../format-figures.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { flag, numberOption, textOption } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

const LIMIT = 20
/** A reason that a module gave can be long; --json has it whole. */
const WHY_MAX = 200

type Item = ActView['items'][number]

export const actsVerb: Verb = {
  name: 'acts',
  summary: 'acts with a plan and their receipts; cancel, hurry or stop one',
  usage: 'acts [ID] [--cancel | --now | --stop] [--reason TEXT] [--limit N]',
  options: {
    cancel: { type: 'boolean' },
    now: { type: 'boolean' },
    stop: { type: 'boolean' },
    reason: { type: 'string' },
    limit: { type: 'string' },
  },
  help: `  ID             the receipt of one: what became of each process
  --cancel       take it back before it begins (a kill in the console waits 5 s)
  --now          begin at once, without waiting
  --stop         finish the part under way, begin no further one (an upgrade of many goes in parts)
  --reason TEXT  why; it stands in the activity
  --limit N      at most N of the list (${LIMIT})

JSON: [{id, verb, title, status, actor, reason, startedAt, startsAt, endedAt, modules, total, done, counts, …}]; with ID: one, with items:
      [{pid, outcome, why, known}]
  status: delayed, cancelled, running, stopped, done, interrupted, refused
`,
  async run(call) {
    const [id, ...more] = call.positionals
    if (more.length > 0) throw new UsageError(`one act at a time: ${more.join(' ')} is too much`)
    const wanted = (['cancel', 'now', 'stop'] as const).filter((name) => flag(call, name))
    const [verb] = wanted
    if (wanted.length > 1) throw new UsageError('one of --cancel, --now, --stop')
    if (id === undefined) {
      if (verb !== undefined) throw new UsageError(`which act? ./strata acts lists them`)
      const acts = await call.client.acts.list.query({ limit: numberOption(call, 'limit') ?? LIMIT })
      print(call, acts, () => listText(call, acts))
      return EXIT_DONE
    }
    const act = verb === undefined ? await call.client.acts.get.query({ id, all: true }) : await changed(call, id, verb)
    print(call, act, () => receiptText(call, act))
    return EXIT_DONE
  },
}

function changed({ client, ...call }: Call, id: string, verb: 'cancel' | 'now' | 'stop'): Promise<ActView> {
  const reason = textOption({ client, ...call }, 'reason') ?? ''
  return client.acts[verb].mutate({ id, reason })
}

function listText(call: Call, acts: readonly ActSummary[]): string {
  if (acts.length === 0) return 'No act with a plan yet.\n'
  const now = call.io.now()
  return formatTable(call.io, acts, [
    { title: 'ACT', cell: ({ id }) => id },
    { title: 'TITLE', max: 60, cell: ({ title }) => title },
    { title: 'STATUS', cell: ({ status }) => status },
    { title: 'DONE', align: 'right', cell: ({ done, total }) => `${done} of ${total}` },
    { title: 'BY', max: 30, cell: ({ actor }) => actor },
    { title: 'AGE', align: 'right', cell: ({ startedAt }) => formatAge(startedAt, now) },
    { title: 'REASON', max: 60, cell: ({ reason }) => reason },
  ])
}

function receiptText(call: Call, { id, title, status, startsAt, done, total, items }: ActView): string {
  const when = status === 'delayed' && startsAt !== null ? `, begins at ${startsAt}` : ''
  const rows = formatTable(call.io, items, [
    { title: 'PID', cell: ({ pid }) => pid },
    { title: 'NAME', max: 40, cell: ({ known }) => known?.name ?? null },
    { title: 'OUTCOME', cell: ({ outcome }) => outcome.replaceAll('_', ' ') },
    { title: 'FUNCTION', max: 30, cell: ({ known }) => known?.function ?? null },
    { title: 'AT', max: 40, cell: ({ known }) => known?.at ?? null },
    { title: 'QUEUE', align: 'right', cell: ({ known }) => known?.queueLength ?? null },
    ...(items.some(({ why }) => why !== null) ? [{ title: 'WHY', max: WHY_MAX, cell: ({ why }: Item) => why }] : []),
  ])
  return `${title} (act ${id}): ${status}${when}, ${done} of ${countOf(total, 'process', 'processes')} done\n${items.length === 0 ? '' : rows}`
}
