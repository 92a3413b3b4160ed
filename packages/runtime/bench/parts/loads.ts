import { join } from 'node:path'
import { circumstances, NODE, readFigures, spread } from './figures.ts'

const ROWS = [
  { name: 'compile', title: 'compiling a module of 300 lines, warm, checks apart', unit: 'ms', target: 'under 20 ms' },
  { name: 'publish', title: 'publishing it beside 100,000 processes: how long a scheduler stands still', unit: 'ms', target: 'under 1 ms' },
] as const

/** What a load costs. */
export function loadsPart(): string {
  const [command, ...flags] = NODE
  const figures = readFigures(command, [...flags, join(import.meta.dirname, '../measure-loads.ts')])
  const rows = ROWS.map(({ name, title, unit, target }) => {
    const list = (figures.get(name) ?? []).map(([, cpu]) => cpu)
    return `| ${title} | ${spread(list, unit, 2)} | ${target} |`
  })
  return [
    `${circumstances()} Medians, lowest and highest in brackets, of processor time, for the clock of a busy machine tells of the others.`,
    '',
    '| | | target |',
    '|---|---|---|',
    ...rows,
  ].join('\n')
}
