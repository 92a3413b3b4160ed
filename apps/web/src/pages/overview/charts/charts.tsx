import { Notice, Skeleton, formatBytes, formatCount, formatShort, layerColour } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import type { ActivityLine } from '@strata/server'
import { memo, useDeferredValue, useEffect, useMemo } from 'react'
import { trpc } from '../../../api/client.ts'
import { useLive } from '../../../api/live-store.ts'
import { loadSamples } from '../../../api/live.ts'
import { ChartFrame } from './chart-frame.tsx'
import { cutRange, drawPoints, findMarks, listBands } from './series.ts'
import type { Point, Range } from './series.ts'
import { TimeChart } from './time-chart.tsx'
import type { TimeSeries } from './time-chart.tsx'

/** The least time that the axis shows. */
const SHOWN_MIN_MS = 60_000

interface ChartSpec {
  readonly title: string
  readonly series: readonly TimeSeries[]
  readonly formatAxis: (value: number) => string
  readonly formatRight?: (value: number) => string
  readonly top?: number
}

/** The charts of one module and of the system, over one time axis, a table behind each. */
export function Charts({ module, range }: { module: string; range: Range }) {
  useEffect(() => void loadSamples(), [])
  const live = useDeferredValue(useLive((state) => state.samples))
  const marked = useQuery(trpc.activity.list.queryOptions({ limit: 100, types: ['loaded', 'soft_purged', 'purged'] }))
  const samples = useMemo(() => cutRange(live, range), [live, range])
  const generations = useMemo(() => listBands(samples, module), [samples, module])
  const points = useMemo(() => drawPoints(samples, module, generations, range), [samples, module, generations, range])
  const lastMs = points.at(-1)?.ms
  if (lastMs === undefined) return <ChartsWaiting />

  // A young system's figures are not squeezed to the right edge.
  const fromMs = Math.max(lastMs - range * 60_000, Math.min(points[0]?.ms ?? lastMs, lastMs - SHOWN_MIN_MS))
  return (
    <ChartGrid
      module={module}
      generations={generations}
      points={points}
      lines={(marked.data?.lines ?? NO_LINES) as readonly ActivityLine[]}
      fromMs={fromMs}
      toMs={lastMs}
    />
  )
}

const NO_LINES: readonly ActivityLine[] = []

interface ChartGridProps {
  readonly module: string
  readonly generations: readonly number[]
  readonly points: readonly Point[]
  readonly lines: readonly ActivityLine[]
  readonly fromMs: number
  readonly toMs: number
}

/** Drawn once per sample: a chart is the dearest thing on the page, and the page is told of each sample twice. */
const ChartGrid = memo(function ChartGrid({ module, generations, points, lines, fromMs, toMs }: ChartGridProps) {
  const marks = findMarks(lines, fromMs)
  return (
    <div className="grid gap-3 lg:grid-cols-2 2xl:grid-cols-3">
      {listCharts(module, generations).map((spec) => (
        <ChartFrame key={spec.title} title={spec.title} series={spec.series} points={points} marks={marks}>
          <TimeChart
            label={spec.title}
            series={spec.series}
            points={points}
            marks={marks}
            fromMs={fromMs}
            toMs={toMs}
            formatAxis={spec.formatAxis}
            {...(spec.formatRight === undefined ? {} : { formatRight: spec.formatRight })}
            {...(spec.top === undefined ? {} : { top: spec.top })}
          />
        </ChartFrame>
      ))}
    </div>
  )
})

function listCharts(module: string, generations: readonly number[]): readonly ChartSpec[] {
  const named = (prefix: string, draw: 'band' | 'bar'): readonly TimeSeries[] =>
    generations.map((generation) => ({
      key: `${prefix}${generation}`,
      label: `${module}@${generation}`,
      colour: layerColour(generation),
      format: formatCount,
      draw,
    }))
  const line = (key: string, label: string, colour: string, format: (value: number) => string): TimeSeries => ({
    key,
    label,
    colour,
    format,
    draw: 'line',
  })
  return [
    { title: 'Processes by generation', series: named('g', 'band'), formatAxis: formatTick },
    {
      title: 'Messages and reductions per second',
      series: [
        line('messages', 'messages', 'var(--layer-1)', formatCount),
        { ...line('reductions', 'reductions', 'var(--layer-4)', formatCount), onRight: true },
      ],
      formatAxis: formatTick,
      formatRight: formatTick,
    },
    { title: 'Queue backlog', series: [line('queued', 'messages waiting', 'var(--layer-2)', formatCount)], formatAxis: formatTick },
    { title: 'Crashes by generation', series: named('c', 'bar'), formatAxis: formatTick },
    {
      title: 'Scheduler use',
      series: [line('utilisation', 'of the time in turns', 'var(--layer-3)', (value) => `${Math.round(value)}\u00a0%`)],
      formatAxis: (value) => `${Math.round(value)}\u00a0%`,
      top: 100,
    },
    {
      title: 'Heap',
      series: [line('heap', 'used', 'var(--layer-5)', formatBytes)],
      formatAxis: (value) => formatBytes(value).replace(' ', '\u00a0'),
    },
  ]
}

/** What stands in the charts' place until their first figures are there. */
export function ChartsWaiting() {
  const status = useLive((state) => state.status)
  if (status === 'stopped') return <Notice tone="idle" title="No figures arrive. The charts go on when live data is back." />
  return (
    <div aria-busy="true" className="grid gap-3 lg:grid-cols-2 2xl:grid-cols-3">
      <span className="sr-only">Reading the figures</span>
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <Skeleton key={key} className="h-64" />
      ))}
    </div>
  )
}
