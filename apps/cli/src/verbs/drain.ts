import type { DrainEstimate } from '@strata/server'
import { formatDuration } from '../format-figures.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { numberOption, oneModule } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

const MINUTES = 60

export const drainVerb: Verb = {
  name: 'drain',
  summary: 'how the generations of a module drain, and when nobody will be left',
  usage: 'drain MODULE [--minutes N]',
  options: { minutes: { type: 'string' } },
  help: `  --minutes N  looks back so far (${MINUTES})

JSON: [{number, status, pins, before: number|null, estimate: null | {status: 'drained'|'unknown'} | {status: 'not_draining', forMs, orLonger}
       | {status: 'draining', leftMs, overMs}}]
  before: who pinned it at the beginning; estimate: at the pace of the last half hour, null for the current generation
`,
  async run(call) {
    const { module, number } = oneModule(call)
    if (number !== undefined) throw new UsageError(`name the module alone: ${module}`)
    const minutes = numberOption(call, 'minutes') ?? MINUTES
    const view = await call.client.metrics.drain.query({ module, sinceMs: call.io.now() - minutes * 60_000 })
    const rows = view.curves.map(({ number, status, pins, points, estimate }) => ({
      number,
      status,
      pins,
      before: points.find((point) => point !== null) ?? null,
      estimate,
    }))
    print(call, rows, () =>
      formatTable(call.io, rows, [
        { title: 'GENERATION', align: 'right', cell: (row) => row.number },
        { title: 'STATUS', cell: ({ status }) => status },
        { title: 'PINNED BY', align: 'right', cell: ({ pins }) => pins },
        { title: 'BEFORE', align: 'right', cell: ({ before }) => before ?? 'unknown' },
        { title: 'DRAINS', cell: ({ estimate }) => (estimate === null ? 'current' : estimateText(estimate)) },
      ]),
    )
    return EXIT_DONE
  },
}

function estimateText(estimate: DrainEstimate): string {
  switch (estimate.status) {
    case 'drained':
      return 'drained'
    case 'unknown':
      return 'watched for less than a minute'
    case 'not_draining':
      return `not draining for ${formatDuration(estimate.forMs)}${estimate.orLonger ? ' or longer' : ''}`
    case 'draining':
      return `in about ${formatDuration(estimate.leftMs)}`
  }
}
