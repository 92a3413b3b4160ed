import { formatDuration } from '../format-figures.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { noPositionals, numberOption } from '../read-arguments.ts'
import { unansweredLine } from '../unanswered.ts'
import { EXIT_DONE } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const supervisorsVerb: Verb = {
  name: 'supervisors',
  summary: 'the supervisors: their children, restarts, and how many more each bears',
  usage: 'supervisors [--limit N] [--offset N]',
  options: { limit: { type: 'string' }, offset: { type: 'string' } },
  help: `
JSON: {total, rows: [{pid, name, module, supervisor: pid|null, depth, startedAt, strategy, intensity, periodMs, autoShutdown,
       restartsLeft, restarts, childCount, children: [{id, pid: pid|null, name, status: 'running'|'restarting'|'stopped', kind,
       module, export, restart: 'permanent'|'transient'|'temporary', significant, restarts}]}], unanswered?: [scheduler]}
  each before those that it supervises; depth: how deep it is in its tree; restartsLeft: how many restarts it bears now before it
  gives up (intensity within periodMs); restarts: all since its start; children: the first 100 of childCount;
  unanswered: schedulers that do not answer, whose supervisors are missing, if there are any
`,
  async run(call) {
    noPositionals(call)
    const page = await call.client.supervisors.list.query({
      limit: numberOption(call, 'limit') ?? 500,
      offset: numberOption(call, 'offset') ?? 0,
    })
    const { unanswered } = page
    print(
      call,
      { total: page.total, rows: page.rows.map((row) => ({ ...row })), ...(unanswered === undefined ? {} : { unanswered }) },
      () => {
        const missing = unansweredLine('supervisors', unanswered)
        if (page.total === 0) return `no supervisors\n${missing}`
        const lines = page.rows.flatMap((row) => {
          const { depth, pid, name, module, strategy, restartsLeft, intensity, periodMs, restarts } = row
          const indent = '  '.repeat(depth)
          const supervisor = {
            pid: `${indent}${pid}`,
            name,
            what: `supervisor of ${module}, ${strategy}`,
            status: `${restartsLeft} of ${intensity} left in ${formatDuration(periodMs)}`,
            restarts,
          }
          // A supervisor among the children has a line of its own, where it stands in the tree.
          const children = row.children
            .filter(({ kind, pid: child }) => kind !== 'supervisor' || child === null)
            .map((child) => ({
              pid: `${indent}  ${child.pid ?? '-'}`,
              name: child.name ?? child.id,
              what: `${child.kind === 'process' ? '' : `${child.kind} `}${child.module}${child.export === null ? '' : `.${child.export}`}, ${child.restart}`,
              status: child.status,
              restarts: child.restarts,
            }))
          const more = row.childCount - row.children.length
          return [
            supervisor,
            ...children,
            ...(more > 0 ? [{ pid: `${indent}  …`, name: null, what: `${more} more children`, status: '', restarts: 0 }] : []),
          ]
        })
        const table = formatTable(call.io, lines, [
          { title: 'PID', cell: (line) => line.pid },
          { title: 'NAME', max: 40, cell: (line) => line.name },
          { title: 'WHAT', max: 60, cell: (line) => line.what },
          { title: 'STATUS', cell: (line) => line.status },
          { title: 'RESTARTS', align: 'right', cell: (line) => line.restarts },
        ])
        return table + missing
      },
    )
    return EXIT_DONE
  },
}
