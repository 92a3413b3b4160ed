import { join } from 'node:path'
import { circumstances, median, NODE, readFigures, spread } from './figures.ts'

/** The console's table of processes while the scheduler has nothing but work. */
export function pagePart(): string {
  const [command, ...flags] = NODE
  const figures = readFigures(command, [...flags, join(import.meta.dirname, '../measure-page.ts')])
  const pages = (figures.get('page') ?? []).map(([wall]) => wall)
  const costs = (figures.get('cost') ?? []).map(([alone, watched]) => 100 * (1 - watched / alone))
  return [
    `${circumstances()} 100,000 processes on one scheduler, two of which send messages to each other without a pause. Medians, lowest and highest in brackets.`,
    '',
    '| | | target |',
    '|---|---|---|',
    `| a page of 100 rows, sorted by reductions | ${spread(pages, 'ms', 1)} | |`,
    `| messages lost while a page is read each second | ${median(costs).toFixed(1)} % (${Math.min(...costs).toFixed(1)}–${Math.max(...costs).toFixed(1)}) | under 5 % |`,
  ].join('\n')
}
