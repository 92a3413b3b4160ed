import { join } from 'node:path'
import { circumstances, median, NODE, ratioText, readFigures } from './figures.ts'

const RUNS = 3
/** DESIGN: the geometric mean of all, and what none may be below. */
const MEAN_TARGET = 0.7
const LEAST_TARGET = 0.5

/** Synchronous programs with all checks in, beside the same files as Node runs them. */
export function codePart(): string {
  const [command, ...flags] = NODE
  const runs = Array.from({ length: RUNS }, () => readFigures(command, [...flags, join(import.meta.dirname, '../measure-code.ts')]))
  const names = [...(runs[0]?.keys() ?? [])]
  const ratios = names.map((name) => runs.map((figures) => median((figures.get(name) ?? []).map(([plain, compiled]) => plain / compiled))))
  const means = runs.map((_, run) => Math.exp(ratios.reduce((sum, list) => sum + Math.log(list[run] ?? 1), 0) / names.length))
  const rows = names.map((name, index) => `| ${name} | ${ratioText(ratios[index] ?? [])} | ${LEAST_TARGET}× |`)
  return [
    `${circumstances()} Speed of compiled code, 1 being what Node makes of the same file without us: medians of ${RUNS} runs, lowest and highest in brackets.`,
    '',
    '| | compiled | target |',
    '|---|---|---|',
    ...rows,
    `| **geometric mean** | **${ratioText(means)}** | ${MEAN_TARGET}× |`,
  ].join('\n')
}
