import { styleText } from 'node:util'
import { escapeText } from './escape-text.ts'
import type { Io } from './io.ts'

export interface Column<Row> {
  readonly title: string
  readonly align?: 'right'
  /** Cut with `…` beyond so many characters. */
  readonly max?: number
  /** Left out when no row has anything in it. */
  readonly optional?: true
  cell(row: Row): string | number | null
}

/** Aligned columns under a heading; cells are escaped, `null` is shown as `–`. */
export function formatTable<Row>(io: Pick<Io, 'useColor'>, rows: readonly Row[], all: readonly Column<Row>[]): string {
  const columns = all.filter(({ optional, cell }) => optional === undefined || rows.some((row) => cell(row) !== null))
  const cells = rows.map((row) => columns.map((column) => cut(escapeText(String(column.cell(row) ?? '–')), column.max)))
  const widths = columns.map((column, index) => Math.max(column.title.length, ...cells.map((line) => line[index]?.length ?? 0)))
  const line = (texts: readonly string[]) =>
    columns
      .map((column, index) => {
        const text = texts[index] ?? ''
        return column.align === 'right' ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0)
      })
      .join('  ')
      .trimEnd()
  const heading = line(columns.map(({ title }) => title))
  return [io.useColor ? styleText('dim', heading, { validateStream: false }) : heading, ...cells.map(line)]
    .map((text) => `${text}\n`)
    .join('')
}

function cut(text: string, max: number | undefined): string {
  return max !== undefined && text.length > max ? `${text.slice(0, max - 1)}…` : text
}
