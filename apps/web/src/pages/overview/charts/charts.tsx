import { Notice, Skeleton, formatBytes, formatCount, formatTick, layerColour, useNow } from '@strata/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Sample } from '@strata/runtime'
import type { ActivityLine } from '@strata/server'
import { useEffect, useMemo } from 'react'
import { trpc } from '../../../api/client.ts'
import { useLive } from '../../../api/live-store.ts'
import { loadSamples } from '../../../api/live.ts'
import { ChartFrame } from './chart-frame.tsx'
import { chooseBands, chooseQueues, cutRange, drawPoints, findMarks, isStored, listBands, queueKey, toPoint } from './series.ts'
import type { Range } from './series.ts'
import type { ChartSpec, Series } from './time-chart.tsx'
import { useHeld } from './use-held.ts'

/** The charts are drawn at this pace; the figures beside them follow each second. */
const DRAW_EVERY_MS = 2000
/** A stored range is read again so often. */
const STORED_READ_MS = 60_000
/** Of the lines beside that of all modules. */
const QUEUE_COLOURS = ['var(--layer-1)', 'var(--layer-4)', 'var(--layer-5)', 'var(--layer-3)']
/** Characters of a module's name at its line. */
const QUEUE_NAME_MAX = 20
/** Seconds in the tables. */
const READINGS_MAX = 60

/** The charts of one module and of the system, over one time axis, a table behind each. */
export function Charts({ module, range }: { module: string; range: Range }) {
  useEffect(() => void loadSamples(), [])
  const live = useLive((state) => state.samples)
  const stored = useStoredSamples(range)
  const samples = stored ?? live
  const marked = useQuery(trpc.activity.list.queryOptions({ limit: 200, types: ['loaded', 'soft_purged', 'purged', 'rolled_back'] }))
  const newest = samples.at(-1)
  const drawn = useHeld(samples, newest === undefined ? 'none' : Math.floor(Date.parse(newest.at) / DRAW_EVERY_MS))
  const shown = cutRange(drawn, range)
  const found = listBands(shown, module)
  const bands = chooseBands(found, shown, module).join(' ')
  const others = found.length - readBands(bands).length
  const queues = chooseQueues(shown).join(' ')
  const specs = useMemo(() => listCharts(module, readBands(bands), others, readQueues(queues)), [module, bands, others, queues])
  const points = useMemo(
    () => drawPoints(cutRange(drawn, range), module, readBands(bands), range, readQueues(queues)),
    [drawn, module, bands, range, queues],
  )
  const marks = useMemo(() => findMarks((marked.data?.lines ?? []) as readonly ActivityLine[], 0), [marked.data])
  if (newest === undefined) return <ChartsWaiting />

  const readings = samples.slice(-READINGS_MAX).map((sample) => toPoint(sample, module, readBands(bands), readQueues(queues)))
  return (
    <div className="grid gap-3 lg:grid-cols-2 2xl:grid-cols-3">
      {specs.map((spec, index) => (
        <ChartFrame key={spec.title} spec={spec} points={points} readings={readings} marks={marks} range={range} foldable={index > 0} />
      ))}
    </div>
  )
}

/** Samples of a range that reaches behind the stream's, with the newest at their end; `null` for the others. */
function useStoredSamples(range: Range): readonly Sample[] | null {
  const newest = useLive((state) => state.samples.at(-1))
  const isLong = isStored(range)
  const read = useQuery(
    trpc.metrics.samples.queryOptions(
      { sinceMs: Math.floor(useNow() / STORED_READ_MS) * STORED_READ_MS - range * 60_000 },
      { enabled: isLong, placeholderData: keepPreviousData },
    ),
  )
  if (!isLong) return null
  const samples = (read.data ?? []) as readonly Sample[]
  return newest === undefined || samples.length === 0 ? samples : [...samples.filter(({ at }) => at < newest.at), newest]
}

function readBands(bands: string): readonly number[] {
  return bands === '' ? [] : bands.split(' ').map(Number)
}

/** Names of modules have no spaces. */
function readQueues(queues: string): readonly string[] {
  return queues === '' ? [] : queues.split(' ')
}

function formatPercent(value: number): string {
  return `${Math.round(value)}\u00a0%`
}

function formatHeap(value: number): string {
  return formatBytes(value).replace(' ', '\u00a0')
}

function listCharts(module: string, generations: readonly number[], others: number, queues: readonly string[]): readonly ChartSpec[] {
  const named = (prefix: string, draw: 'band' | 'bar'): readonly Series[] => [
    ...(others === 0
      ? []
      : [{ key: `${prefix}Others`, label: `${others} others`, short: 'others', colour: 'var(--idle)', format: formatCount, draw }]),
    ...generations.map((generation) => ({
      key: `${prefix}${generation}`,
      label: `${module}@${generation}`,
      short: `@${generation}`,
      colour: layerColour(generation),
      format: formatCount,
      draw,
    })),
  ]
  const line = (key: string, label: string, colour: string, format: (value: number) => string): Series => ({
    key,
    label,
    colour,
    format,
    draw: 'line',
  })
  const key = `${module} ${generations.join(' ')} ${others}`
  return [
    { key, title: 'Processes by generation', series: named('g', 'band'), formatAxis: formatTick },
    {
      key,
      title: 'Messages and reductions per second',
      series: [
        line('messages', 'messages', 'var(--layer-1)', formatCount),
        { ...line('reductions', 'reductions', 'var(--layer-4)', formatCount), onRight: true },
      ],
      formatAxis: formatTick,
      formatRight: formatTick,
    },
    {
      key: `${key} ${queues.join(' ')}`,
      title: 'Queue backlog',
      series: [
        { ...line('queued', 'messages waiting', 'var(--layer-2)', formatCount), draw: 'step' },
        ...queues.map((of, index) => ({
          ...line(queueKey(of), `in ${of}`, QUEUE_COLOURS[index] ?? 'var(--idle)', formatCount),
          draw: 'step' as const,
          absent: 'few',
          short: of.length > QUEUE_NAME_MAX ? `…${of.slice(1 - QUEUE_NAME_MAX)}` : of,
        })),
      ],
      formatAxis: formatTick,
    },
    { key, title: 'Crashes by generation', series: named('c', 'bar'), formatAxis: formatTick },
    {
      key,
      title: 'Scheduler use',
      series: [line('utilisation', 'of the time in turns', 'var(--layer-3)', formatPercent)],
      formatAxis: formatPercent,
      top: 100,
    },
    { key, title: 'Heap', series: [line('heap', 'used', 'var(--layer-5)', formatHeap)], formatAxis: formatHeap },
  ]
}

/** What stands in the charts' place until their first figures are there. */
function ChartsWaiting() {
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
