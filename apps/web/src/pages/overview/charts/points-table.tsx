import { Table, TBody, Td, Th, THead, Tr, formatTimeOfDay } from '@strata/ui'
import type { Mark, Point } from './series.ts'
import { figureOf, type Series } from './time-chart.tsx'

/** The figures behind a chart, second by second, newest first. */
export function PointsTable({
  title,
  series,
  readings,
  marks,
}: {
  title: string
  series: readonly Series[]
  readings: readonly Point[]
  marks: readonly Mark[]
}) {
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
        {readings.toReversed().map((point, index, all) => {
          const before = all[index + 1]?.ms ?? Number.NEGATIVE_INFINITY
          return (
            <Tr key={point.ms}>
              <Td mono>{formatTimeOfDay(point.ms)}</Td>
              {series.map((one) => (
                <Td key={one.key} numeric>
                  {figureOf(one, point)}
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
