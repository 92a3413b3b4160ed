import { Button, Card, cx } from '@strata/ui'
import { useId, useState } from 'react'
import { PointsTable } from './points-table.tsx'
import type { Mark, Point, Range } from './series.ts'
import { figureOf, TimeChart } from './time-chart.tsx'
import type { ChartSpec } from './time-chart.tsx'
import { useHeld } from './use-held.ts'
import { useInView } from './use-in-view.ts'

export interface ChartFrameProps {
  readonly spec: ChartSpec
  /** What is drawn. */
  readonly points: readonly Point[]
  /** The newest readings, second by second, oldest first. */
  readonly readings: readonly Point[]
  readonly marks: readonly Mark[]
  readonly range: Range
  /** On a phone only its figures stand there until it is asked for. */
  readonly foldable?: boolean
}

/** A chart with its heading, the newest figures in words, and the table behind it. */
export function ChartFrame({ spec, points, readings, marks, range, foldable = false }: ChartFrameProps) {
  const id = useId()
  const [asTable, setAsTable] = useState(false)
  const [folded, setFolded] = useState(foldable)
  const [place, inView] = useInView<HTMLDivElement>()
  const drawn = useHeld(points, inView ? `${points.at(-1)?.ms} ${points.length} ${spec.key} ${range}` : 'out of view')
  const newest = readings.at(-1)
  return (
    <Card>
      <section aria-labelledby={id} className="flex min-w-0 flex-col p-3">
        <div className="mb-1.5 flex items-center justify-between gap-2">
          <h3 id={id} className="text-[13px] font-semibold">
            {spec.title}
          </h3>
          {folded && (
            <Button size="sm" variant="ghost" className="sm:hidden" aria-expanded={false} onClick={() => setFolded(false)}>
              Show chart<span className="sr-only"> of {spec.title}</span>
            </Button>
          )}
          <Button
            size="sm"
            variant="ghost"
            className={cx(folded && 'max-sm:hidden')}
            aria-expanded={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? 'Show chart' : 'Show table'}
            <span className="sr-only"> of {spec.title}</span>
          </Button>
        </div>
        <ul className="mb-2 flex min-h-5 flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">
          {spec.series.map((one) => (
            <li key={one.key} className="inline-flex items-center gap-1.5">
              <span aria-hidden="true" className="size-2 rounded-[2px]" style={{ background: one.colour }} />
              {one.label} <span className="text-text">{newest === undefined ? 'unknown' : figureOf(one, newest)}</span>
            </li>
          ))}
          {spec.series.length === 0 && <li>nothing in this time</li>}
        </ul>
        <div ref={place} className={cx('h-44 min-w-0', folded && 'max-sm:hidden')}>
          {asTable ? (
            <PointsTable title={spec.title} series={spec.series} readings={readings} marks={marks} />
          ) : (
            <TimeChart spec={spec} points={drawn} marks={marks} range={range} />
          )}
        </div>
      </section>
    </Card>
  )
}
