import type { ActivityLine, DrainView } from '@strata/server'
import {
  Empty,
  formatCount,
  formatTick,
  layerColour,
  Section,
  Skeleton,
  StateWord,
  Table,
  TBody,
  Td,
  Th,
  THead,
  Tr,
  useNow,
} from '@strata/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { trpc } from '../../../api/client.ts'
import { ErrorNotice } from '../../../api/error-notice.tsx'
import { linkProcesses } from '../../../links.ts'
import { useAddress } from '../../../use-address.ts'
import { ChartFrame } from '../../overview/charts/chart-frame.tsx'
import { RangeChoice } from '../../overview/charts/range-choice.tsx'
import { findMarks, type Point, readRange } from '../../overview/charts/series.ts'
import type { ChartSpec } from '../../overview/charts/time-chart.tsx'
import { drainWords } from './drain-words.ts'
import { Link } from 'react-router'

const READ_EVERY_MS = 15_000
/** Readings in the table behind the chart. */
const READINGS_MAX = 60
/** More lines than this cannot be told apart; the table below has all. */
const LINES_MAX = 8

/** How each generation of a module drains: the curve, an estimate in words, and the figures behind both. */
export function DrainChart({ module }: { module: string }) {
  const [search] = useAddress()
  const range = readRange(search.get('minutes'), 360)
  const now = useNow()
  const sinceMs = Math.floor(now / READ_EVERY_MS) * READ_EVERY_MS - range * 60_000
  const drain = useQuery(
    trpc.metrics.drain.queryOptions({ module, sinceMs }, { placeholderData: keepPreviousData, staleTime: READ_EVERY_MS }),
  )
  const marked = useQuery(
    trpc.activity.list.queryOptions({ limit: 200, module, types: ['loaded', 'soft_purged', 'purged', 'rolled_back'] }),
  )
  const marks = findMarks((marked.data?.lines ?? []) as readonly ActivityLine[], 0)
  return (
    <Section
      title="Drain"
      hint="How many processes are inside each generation. ▲ marks a load, ✕ a purge, ▼ a rollback."
      actions={<RangeChoice range={range} address={(minutes) => `?tab=drain${minutes === 360 ? '' : `&minutes=${minutes}`}`} />}
    >
      <ErrorNotice error={drain.error} retry={() => void drain.refetch()} />
      {drain.isPending && <Skeleton className="h-72" />}
      {drain.data?.curves.length === 0 && <Empty title="No generation is loaded">Their curves stand here while they are.</Empty>}
      {drain.data !== undefined && drain.data.curves.length > 0 && (
        <div className="flex flex-col gap-3">
          <ChartFrame
            spec={specOf(drain.data)}
            points={pointsOf(drain.data)}
            readings={pointsOf(drain.data).slice(-READINGS_MAX)}
            marks={marks}
            range={range}
          />
          <Estimates view={drain.data} />
        </div>
      )}
    </Section>
  )
}

function Estimates({ view }: { view: DrainView }) {
  return (
    <Table label={`When the generations of ${view.module} will have drained`}>
      <THead>
        <tr>
          <Th>Generation</Th>
          <Th numeric>At the beginning</Th>
          <Th numeric>Now</Th>
          <Th>Drains</Th>
        </tr>
      </THead>
      <TBody>
        {view.curves.map(({ number, pins, points, estimate }) => {
          const words = estimate === null ? null : drainWords(estimate)
          const first = points.find((point) => point !== null)
          return (
            <Tr key={number}>
              <Td mono>
                <span aria-hidden="true" className="mr-2 inline-block size-2 rounded-[2px]" style={{ background: layerColour(number) }} />
                {number}
              </Td>
              <Td numeric>{first === undefined || first === null ? 'unknown' : formatCount(first)}</Td>
              <Td numeric>
                {pins === 0 ? (
                  '0'
                ) : (
                  <Link to={linkProcesses({ module: view.module, generation: number })} className="underline underline-offset-2">
                    {formatCount(pins)}
                  </Link>
                )}
              </Td>
              <Td>
                {words === null ? (
                  <StateWord tone="good">current: new calls enter it</StateWord>
                ) : (
                  <StateWord tone={words.tone}>{words.text}</StateWord>
                )}
              </Td>
            </Tr>
          )
        })}
      </TBody>
    </Table>
  )
}

function specOf({ module, curves }: DrainView): ChartSpec {
  const drawn = mostHeld(curves)
  return {
    key: `drain ${module} ${drawn.map(({ number }) => number).join(' ')}`,
    title: drawn.length < curves.length ? `Processes by generation, of the ${drawn.length} that hold most` : 'Processes by generation',
    series: drawn.toReversed().map(({ number }) => ({
      key: `g${number}`,
      label: `${module}@${number}`,
      short: `@${number}`,
      colour: layerColour(number),
      format: formatCount,
      draw: 'step',
    })),
    formatAxis: formatTick,
  }
}

/** In their own order: the current one, and those that hold or held most. */
function mostHeld(curves: DrainView['curves']): DrainView['curves'] {
  const peak = ({ estimate, points }: DrainView['curves'][number]) =>
    estimate === null ? Number.POSITIVE_INFINITY : Math.max(0, ...points.map((point) => point ?? 0))
  const chosen = new Set(curves.toSorted((a, b) => peak(b) - peak(a)).slice(0, LINES_MAX))
  return curves.filter((curve) => chosen.has(curve))
}

function pointsOf({ at, curves }: DrainView): readonly Point[] {
  return at.map((ms, index) => {
    const point: Record<string, number> = {}
    for (const { number, points } of curves) {
      const value = points[index] ?? null
      if (value !== null) point[`g${number}`] = value
    }
    return { ...point, ms }
  })
}
