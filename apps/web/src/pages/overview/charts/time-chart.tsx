import { formatLocal, formatUtc } from '@strata/ui'
import { Area, Bar, CartesianGrid, ComposedChart, Line, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { Series } from './chart-frame.tsx'
import type { Mark, Point } from './series.ts'

export interface TimeSeries extends Series {
  readonly draw: 'band' | 'line' | 'bar'
  /** Its own scale, on the right. */
  readonly onRight?: boolean
}

export interface TimeChartProps {
  readonly label: string
  readonly series: readonly TimeSeries[]
  readonly points: readonly Point[]
  readonly marks: readonly Mark[]
  readonly fromMs: number
  readonly toMs: number
  readonly formatAxis: (value: number) => string
  readonly formatRight?: (value: number) => string
  readonly top?: number
}

const MARK_COLOURS: Record<Mark['kind'], string> = { load: 'var(--info)', purge: 'var(--bad)' }

/** Series over one shared time axis with a shared cursor. Nothing is animated: the eye is to see what changed. */
export function TimeChart({ label, series, points, marks, fromMs, toMs, formatAxis, formatRight, top }: TimeChartProps) {
  return (
    <ResponsiveContainer width="100%" height="100%" minWidth={0}>
      <ComposedChart
        data={[...points]}
        syncId="overview"
        syncMethod="value"
        margin={{ top: 14, right: 4, bottom: 0, left: 0 }}
        aria-label={label}
      >
        <CartesianGrid yAxisId="left" vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="ms"
          height={22}
          type="number"
          scale="time"
          domain={[fromMs, toMs]}
          ticks={minuteTicks(fromMs, toMs)}
          tickFormatter={tellMinute}
          tick={{ fill: 'var(--faint)', fontSize: 11 }}
          stroke="var(--line-strong)"
          tickLine={false}
          minTickGap={24}
        />
        <YAxis
          yAxisId="left"
          width={44}
          tickFormatter={formatAxis}
          tick={{ fill: 'var(--faint)', fontSize: 11 }}
          stroke="var(--line-strong)"
          tickLine={false}
          axisLine={false}
          allowDecimals={false}
          domain={[0, top ?? 'auto']}
        />
        {formatRight !== undefined && (
          <YAxis
            yAxisId="right"
            orientation="right"
            width={44}
            tickFormatter={formatRight}
            tick={{ fill: 'var(--faint)', fontSize: 11 }}
            tickLine={false}
            axisLine={false}
            domain={[0, 'auto']}
          />
        )}
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--muted)', strokeDasharray: '3 3' }}
          content={(shown) => <Reading series={series} points={points} ms={Number(shown.label)} active={shown.active === true} />}
        />
        {marks.map((mark) => (
          <ReferenceLine
            key={mark.key}
            x={mark.ms}
            yAxisId="left"
            stroke={MARK_COLOURS[mark.kind]}
            strokeDasharray={mark.kind === 'load' ? undefined : '4 2'}
            label={{ value: mark.kind === 'load' ? '▲' : '✕', position: 'top', fill: MARK_COLOURS[mark.kind], fontSize: 9 }}
          />
        ))}
        {series.map((one) => drawSeries(one))}
      </ComposedChart>
    </ResponsiveContainer>
  )
}

function drawSeries({ key, label, colour, draw, onRight }: TimeSeries) {
  const axis = onRight === true ? 'right' : 'left'
  switch (draw) {
    case 'band':
      return (
        <Area
          key={key}
          dataKey={key}
          name={label}
          yAxisId={axis}
          stackId="bands"
          type="stepAfter"
          stroke={colour}
          strokeWidth={1.25}
          fill={colour}
          fillOpacity={0.3}
          isAnimationActive={false}
          dot={false}
          activeDot={false}
        />
      )
    case 'line':
      return (
        <Line
          key={key}
          dataKey={key}
          name={label}
          yAxisId={axis}
          type="linear"
          stroke={colour}
          strokeWidth={1.5}
          isAnimationActive={false}
          dot={false}
          activeDot={{ r: 2.5 }}
        />
      )
    case 'bar':
      return (
        <Bar key={key} dataKey={key} name={label} yAxisId={axis} stackId="bars" fill={colour} isAnimationActive={false} minPointSize={0} />
      )
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
        {series.toReversed().map(({ key, label, colour, format }) => (
          <li key={key} className="flex items-center gap-1.5">
            <span aria-hidden="true" className="size-2 rounded-[2px]" style={{ background: colour }} />
            <span className="flex-1 text-muted">{label}</span>
            <span className="pl-3">{format(point[key] ?? 0)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function minuteTicks(fromMs: number, toMs: number): number[] {
  const stepMs = toMs - fromMs > 6 * 60_000 ? 3 * 60_000 : 60_000
  const ticks: number[] = []
  for (let ms = Math.ceil(fromMs / stepMs) * stepMs; ms <= toMs; ms += stepMs) ticks.push(ms)
  return ticks
}

function tellMinute(ms: number): string {
  return new Date(ms).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}
