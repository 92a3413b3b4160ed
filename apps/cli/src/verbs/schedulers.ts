import { formatBytes, formatDuration } from '../format-figures.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { noPositionals } from '../read-arguments.ts'
import { EXIT_DONE } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const schedulersVerb: Verb = {
  name: 'schedulers',
  summary: 'the schedulers: use, run queue, heap, and what each executes now',
  usage: 'schedulers',
  options: {},
  help: `
JSON: [{id, status: 'idle'|'working'|'holding'|'stuck'|'starting', utilisation, runQueue, processes, heapBytes, heapLimitBytes,
       pid: pid|null, module, generation, function, at, heldMs}]
  utilisation: share of the last second spent in turns, 0 to 1; runQueue: processes that could run, behind whoever holds it;
  holding: pid is in synchronous code with checks; stuck: in one native call without, a kill is pending until that returns
  (./strata restart-scheduler is the other way)
`,
  async run(call) {
    noPositionals(call)
    const rows = (await call.client.schedulers.list.query()).map((scheduler) => ({ ...scheduler }))
    print(call, rows, () =>
      formatTable(call.io, rows, [
        { title: 'SCHEDULER', align: 'right', cell: ({ id }) => id },
        { title: 'STATUS', cell: ({ status }) => status },
        { title: 'USE', align: 'right', cell: ({ utilisation }) => `${Math.round(utilisation * 100)} %` },
        { title: 'RUN QUEUE', align: 'right', cell: ({ runQueue }) => runQueue },
        { title: 'PROCESSES', align: 'right', cell: ({ processes }) => processes },
        { title: 'HEAP', align: 'right', cell: ({ heapBytes }) => formatBytes(heapBytes) },
        { title: 'OF', align: 'right', cell: ({ heapLimitBytes }) => formatBytes(heapLimitBytes) },
        { title: 'EXECUTES', cell: ({ pid }) => pid },
        {
          title: 'IN',
          max: 40,
          optional: true,
          cell: (row) => (row.module === null || row.generation === null ? row.module : `${row.module}@${row.generation}`),
        },
        { title: 'AT', max: 40, optional: true, cell: ({ at }) => at },
        { title: 'SINCE', align: 'right', optional: true, cell: ({ status, heldMs }) => (isHeld(status) ? formatDuration(heldMs) : null) },
      ]),
    )
    return EXIT_DONE
  },
}

function isHeld(status: string): boolean {
  return status === 'holding' || status === 'stuck'
}
