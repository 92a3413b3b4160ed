import { formatLocal, formatUtc } from '@strata/ui'
import { memo } from 'react'
import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceDot,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { type Mark, type Point, type Range, thinMarks } from './series.ts'

/** One line or band: its key in the points, what it is called, its colour and how its figure is written. */
export interface Series {
  readonly key: string
  readonly label: string
  /** What it is marked with at its end, so that it is known without its colour. */
  readonly short?: string
  readonly colour: string
  readonly format: (value: number) => string
  /** What stands where a point has no figure; otherwise that of zero. */
  readonly absent?: string
  readonly draw: 'band' | 'line' | 'step' | 'bar'
  /** Its own scale, on the right. */
  readonly onRight?: boolean
}

/** The figure of a series at a point, in words. */
export function figureOf({ key, format, absent }: Series, point: Point): string {
  const value = point[key]
  return value === undefined && absent !== undefined ? absent : format(value ?? 0)
}

export interface ChartSpec {
  readonly key: string
  readonly title: string
  readonly series: readonly Series[]
  readonly formatAxis: (value: number) => string
  readonly formatRight?: (value: number) => string
  /** Where the scale ends, if it does not follow the figures. */
  readonly top?: number
}

/** Marks of one kind that a chart has room for. */
const MARKS_MAX = 40
/** What a name at the newest point takes of the scale. */
const NAMED_SHARE = 0.09
const DAY_MS = 24 * 60 * 60_000
const TICKS_MAX = 8
const TICK_STEPS_MS: readonly number[] = [60_000, 180_000, 600_000, 3_600_000, 3 * 3_600_000, 6 * 3_600_000, DAY_MS]

/** The least time that the axis shows: a young system's figures are not squeezed to the right edge. */
const SHOWN_MIN_MS = 60_000
const MARGIN = { top: 14, right: 4, bottom: 0, left: 0 }
/** Wide enough for `4.5 MB`. */
const AXIS_PX = 52
const TICK = { fill: 'var(--faint)', fontSize: 11 }
const CURSOR = { stroke: 'var(--muted)', strokeDasharray: '3 3' }
const MARK_COLOURS: Record<Mark['kind'], string> = { load: 'var(--info)', purge: 'var(--bad)', rollback: 'var(--warn)' }
const MARK_SIGNS: Record<Mark['kind'], string> = { load: '▲', purge: '✕', rollback: '▼' }

/**
 * Series over one shared time axis with a shared cursor. Nothing is animated: the eye is to see what changed. Drawing is
 * the dearest thing the console does, so it happens only for other points, marks or series.
 */
export const TimeChart = memo(function TimeChart({
  spec,
  points,
  marks,
  range,
}: {
  spec: ChartSpec
  points: readonly Point[]
  marks: readonly Mark[]
  range: Range
}) {
  const toMs = points.at(-1)?.ms ?? 0
  const fromMs = Math.max(toMs - range * 60_000, Math.min(points[0]?.ms ?? toMs, toMs - SHOWN_MIN_MS))
  const shownMarks = thinMarks(
    marks.filter(({ ms }) => ms >= fromMs && ms <= toMs),
    (toMs - fromMs) / MARKS_MAX,
  )
  return (
    <ResponsiveContainer width="100%" height="100%" minWidth={0}>
      <ComposedChart data={[...points]} syncId="overview" syncMethod="value" margin={MARGIN} aria-label={spec.title}>
        <CartesianGrid yAxisId="left" vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="ms"
          height={22}
          type="number"
          scale="time"
          domain={[fromMs, toMs]}
          ticks={minuteTicks(fromMs, toMs)}
          tickFormatter={tellMinute}
          tick={TICK}
          stroke="var(--line-strong)"
          tickLine={false}
          minTickGap={24}
        />
        <YAxis
          yAxisId="left"
          width={AXIS_PX}
          tickFormatter={spec.formatAxis}
          tick={TICK}
          tickLine={false}
          axisLine={false}
          allowDecimals={false}
          domain={[0, spec.top ?? 'auto']}
        />
        {spec.formatRight !== undefined && (
          <YAxis
            yAxisId="right"
            orientation="right"
            width={AXIS_PX}
            tickFormatter={spec.formatRight}
            tick={TICK}
            tickLine={false}
            axisLine={false}
            domain={[0, 'auto']}
          />
        )}
        <Tooltip
          isAnimationActive={false}
          cursor={CURSOR}
          content={(shown) => <Reading series={spec.series} points={points} ms={Number(shown.label)} active={shown.active === true} />}
        />
        {shownMarks.map((mark) => (
          <ReferenceLine
            key={mark.key}
            x={mark.ms}
            yAxisId="left"
            stroke={MARK_COLOURS[mark.kind]}
            strokeDasharray={mark.kind === 'load' ? undefined : '4 2'}
            label={{ value: MARK_SIGNS[mark.kind], position: 'top', fill: MARK_COLOURS[mark.kind], fontSize: 9 }}
          />
        ))}
        {spec.series.map((one) => drawSeries(one))}
        {namesOf(spec.series, points.at(-1)).map(({ key, text, at, above }) => (
          <ReferenceDot
            key={`name ${key}`}
            x={toMs}
            y={at}
            yAxisId="left"
            r={0}
            label={{ value: text, position: 'left', offset: 6, dy: above ? -7 : 0, fill: 'var(--text)', fontSize: 10 }}
          />
        ))}
      </ComposedChart>
    </ResponsiveContainer>
  )
})

/** Names at the newest point: of a band that is wide enough in its middle, of a line where no other's name stands. */
function namesOf(series: readonly Series[], point: Point | undefined) {
  if (point === undefined) return []
  const named = series.filter(({ short, draw }) => short !== undefined && (draw === 'band' || draw === 'step'))
  const sizes = named.map(({ key }) => point[key] ?? 0)
  const isStacked = named.some(({ draw }) => draw === 'band')
  const room = NAMED_SHARE * (isStacked ? sizes.reduce((sum, size) => sum + size, 0) : Math.max(0, ...sizes))
  const names: { readonly key: string; readonly text: string; readonly at: number; readonly above: boolean }[] = []
  let below = 0
  const places = named.map(({ key, short: text = '' }, index) => {
    const size = sizes[index] ?? 0
    const at = isStacked ? below + size / 2 : size
    below += size
    return { key, text, size, at, above: !isStacked }
  })
  // Names of lines stand above them: from the highest on, so that no line goes through the name of a lower one.
  for (const { size, ...name } of isStacked ? places : places.toSorted((a, b) => b.at - a.at))
    if (size > 0 && (isStacked ? size >= room : names.every(({ at }) => Math.abs(at - name.at) >= room))) names.push(name)
  return names
}

function drawSeries({ key, label, colour, draw, onRight }: Series) {
  const same = { dataKey: key, name: label, yAxisId: onRight === true ? 'right' : 'left', isAnimationActive: false }
  switch (draw) {
    case 'band':
      return (
        <Area
          key={key}
          {...same}
          stackId="bands"
          type="stepAfter"
          stroke={colour}
          strokeWidth={1.25}
          fill={colour}
          fillOpacity={0.3}
          dot={false}
          activeDot={false}
        />
      )
    case 'line':
      return (
        <Line
          key={key}
          {...same}
          type="linear"
          stroke={colour}
          strokeWidth={1.5}
          {...(onRight === true ? { strokeDasharray: '5 3' } : {})}
          dot={false}
          activeDot={{ r: 2.5 }}
        />
      )
    case 'step':
      return <Line key={key} {...same} type="stepAfter" stroke={colour} strokeWidth={1.75} dot={false} activeDot={{ r: 2.5 }} />
    case 'bar':
      return <Bar key={key} {...same} stackId="bars" fill={colour} />
  }
}

function Reading({ series, points, ms, active }: { series: readonly Series[]; points: readonly Point[]; ms: number; active: boolean }) {
  const point = active ? points.find((candidate) => candidate.ms === ms) : undefined
  if (point === undefined) return null
  return (
    <div className="rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-xs shadow-pop">
      <p className="text-muted">
        {formatUtc(ms)}
        <br />
        {formatLocal(ms)}
      </p>
      <ul className="mt-1">
        {series.toReversed().map((one) => (
          <li key={one.key} className="flex items-center gap-1.5">
            <span aria-hidden="true" className="size-2 rounded-[2px]" style={{ background: one.colour }} />
            <span className="flex-1 text-muted">{one.label}</span>
            <span className="pl-3">{figureOf(one, point)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function minuteTicks(fromMs: number, toMs: number): number[] {
  const stepMs = TICK_STEPS_MS.find((step) => (toMs - fromMs) / step <= TICKS_MAX) ?? DAY_MS
  const ticks: number[] = []
  for (let ms = Math.ceil(fromMs / stepMs) * stepMs; ms <= toMs; ms += stepMs) ticks.push(ms)
  return ticks
}

/** Midnights by their day: over a week the hour says nothing. */
function tellMinute(ms: number): string {
  const at = new Date(ms)
  return at.getHours() === 0 && at.getMinutes() === 0
    ? at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
    : at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}
