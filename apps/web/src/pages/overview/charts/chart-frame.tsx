import { Button, Card, Table, TBody, Td, Th, THead, Tr, formatTimeOfDay } from '@strata/ui'
import { useId, useState } from 'react'
import type { ReactNode } from 'react'
import type { Mark, Point } from './series.ts'

/** One line or band: its key in the points, what it is called, its colour and how its figure is written. */
export interface Series {
  readonly key: string
  readonly label: string
  readonly colour: string
  readonly format: (value: number) => string
}

/** The newest readings shown in a table. */
const ROWS_MAX = 60

/** A chart with its heading, the newest figures in words, and the table behind it. */
export function ChartFrame({
  title,
  series,
  points,
  marks,
  children,
}: {
  title: string
  series: readonly Series[]
  points: readonly Point[]
  marks: readonly Mark[]
  children: ReactNode
}) {
  const id = useId()
  const [asTable, setAsTable] = useState(false)
  const last = points.at(-1)
  return (
    <Card>
      <section aria-labelledby={id} className="flex min-w-0 flex-col p-3">
        <div className="mb-1.5 flex items-center justify-between gap-2">
          <h3 id={id} className="text-[13px] font-semibold">
            {title}
          </h3>
          <Button size="sm" variant="ghost" aria-expanded={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? 'Show chart' : 'Show table'}
            <span className="sr-only"> of {title}</span>
          </Button>
        </div>
        <ul className="mb-2 flex min-h-5 flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">
          {series.map(({ key, label, colour, format }) => (
            <li key={key} className="inline-flex items-center gap-1.5">
              <span aria-hidden="true" className="size-2 rounded-[2px]" style={{ background: colour }} />
              {label} <span className="text-text">{last === undefined ? 'unknown' : format(last[key] ?? 0)}</span>
            </li>
          ))}
          {series.length === 0 && <li>nothing in this time</li>}
        </ul>
        {asTable ? (
          <PointsTable title={title} series={series} points={points} marks={marks} />
        ) : (
          <div className="h-44 min-w-0">{children}</div>
        )}
      </section>
    </Card>
  )
}

function PointsTable({
  title,
  series,
  points,
  marks,
}: {
  title: string
  series: readonly Series[]
  points: readonly Point[]
  marks: readonly Mark[]
}) {
  const rows = points.slice(-ROWS_MAX)
  return (
    <Table label={`${title}, newest first`} maxHeight="11rem">
      <THead sticky>
        <tr>
          <Th>UTC</Th>
          {series.map(({ key, label }) => (
            <Th key={key} numeric>
              {label}
            </Th>
          ))}
          <Th>What happened</Th>
        </tr>
      </THead>
      <TBody>
        {rows.toReversed().map((point, index, all) => {
          const before = all[index + 1]?.ms ?? Number.NEGATIVE_INFINITY
          return (
            <Tr key={point.ms}>
              <Td mono>{formatTimeOfDay(point.ms)}</Td>
              {series.map(({ key, format }) => (
                <Td key={key} numeric>
                  {format(point[key] ?? 0)}
                </Td>
              ))}
              <Td>
                {marks
                  .filter(({ ms }) => ms > before && ms <= point.ms)
                  .map(({ label }) => label)
                  .join(', ')}
              </Td>
            </Tr>
          )
        })}
      </TBody>
    </Table>
  )
}
