import { PROCESS_SORTS } from '@strata/runtime/vocabulary'
import { countOf, formatAge } from '../format-figures.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { FILTER_HELP, FILTER_OPTIONS, readFilter } from '../process-filter.ts'
import { choiceOption, flag, noPositionals, numberOption } from '../read-arguments.ts'
import { unansweredLine } from '../unanswered.ts'
import { EXIT_DONE } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

export const psVerb: Verb = {
  name: 'ps',
  summary: 'the processes: where each is, what it does, which generations it pins',
  usage: 'ps [--module M] [--generation N] [--status S] [--queue-min N] [--search T] [--sort COL] [--limit N]',
  options: {
    ...FILTER_OPTIONS,
    sort: { type: 'string' },
    descending: { type: 'boolean' },
    offset: { type: 'string' },
    limit: { type: 'string' },
  },
  help: `${FILTER_HELP}  --sort COL      ${PROCESS_SORTS.join(', ')}
  --descending    the other way round
  --offset N      leave the first N out
  --limit N       at most N rows (100; the server allows 500)

JSON: {total, rows: [{pid, name, module, generation, function, at, status, load, queueLength, reductions,
       reductionsPerSecond, messagesPerSecond, startedAt, pins: [{module, generation, reason, function, at, since}]}]}
  total counts all that match; unanswered: schedulers that do not answer, whose processes are missing, if there are any;
  module, generation, function, at: the innermost frame of user code
`,
  async run(call) {
    noPositionals(call)
    const page = await call.client.processes.list.query({
      ...readFilter(call),
      sort: choiceOption(call, 'sort', PROCESS_SORTS),
      descending: flag(call, 'descending') ? true : undefined,
      offset: numberOption(call, 'offset'),
      limit: numberOption(call, 'limit') ?? 100,
    })
    const rows = page.rows.map((row) => ({
      pid: row.pid,
      name: row.name,
      module: row.module,
      generation: row.generation,
      behaviour: row.behaviour,
      function: row.function,
      at: row.at,
      status: row.status,
      load: row.load,
      queueLength: row.queueLength,
      reductions: row.reductions,
      reductionsPerSecond: row.reductionsPerSecond,
      messagesPerSecond: row.messagesPerSecond,
      startedAt: row.startedAt,
      pins: row.pins.map((pin) => ({ ...pin })),
    }))
    const behind = await waitingBehind(call, rows)
    print(call, { total: page.total, rows, ...(page.unanswered === undefined ? {} : { unanswered: page.unanswered }) }, () => {
      const now = call.io.now()
      const table = formatTable(call.io, rows, [
        { title: 'PID', cell: ({ pid }) => pid },
        { title: 'NAME', max: 40, cell: ({ name }) => name },
        {
          title: 'IN',
          max: 40,
          cell: (row) => (row.module === null || row.generation === null ? row.module : `${row.module}@${row.generation}`),
        },
        { title: 'FUNCTION', max: 30, cell: (row) => row.function ?? row.behaviour?.kind ?? null },
        { title: 'AT', max: 40, cell: ({ at }) => at },
        { title: 'STATUS', cell: ({ status }) => status },
        { title: 'LOAD', optional: true, cell: ({ pid, load }) => (load === null ? null : `${load}${behind.get(pid) ?? ''}`) },
        { title: 'QUEUE', align: 'right', cell: ({ queueLength }) => queueLength },
        { title: 'REDUCTIONS', align: 'right', cell: ({ reductions }) => reductions },
        { title: 'AGE', align: 'right', cell: ({ startedAt }) => formatAge(startedAt, now) },
        {
          title: 'PINS',
          max: 60,
          cell: ({ pins }) => [...new Set(pins.map((pin) => `${pin.module}@${pin.generation}`))].join(' ') || 'none',
        },
      ])
      const shown =
        rows.length === page.total
          ? countOf(page.total, 'process', 'processes')
          : `${rows.length} of ${countOf(page.total, 'process', 'processes')}`
      return `${rows.length === 0 ? '' : table}${shown}\n${unansweredLine('processes', page.unanswered)}`
    })
    return EXIT_DONE
  },
}

/** By pid: how many wait behind a process that holds its scheduler. */
async function waitingBehind(call: Call, rows: readonly { readonly load: string | null }[]): Promise<ReadonlyMap<string, string>> {
  if (call.json || !rows.some(({ load }) => load === 'holding' || load === 'stuck')) return new Map()
  const schedulers = await call.client.schedulers.list.query()
  return new Map(schedulers.flatMap(({ pid, runQueue }) => (pid === null || runQueue === 0 ? [] : [[pid, `, ${runQueue} wait`]])))
}
