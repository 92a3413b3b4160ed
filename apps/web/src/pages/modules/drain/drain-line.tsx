import type { DrainCurve } from '@strata/server'
import { cx, formatCount, layerColour, Sparkline } from '@strata/ui'
import { Link } from 'react-router'
import { drainWords } from './drain-words.ts'

const TONES = {
  idle: 'text-muted',
  warn: 'text-warn',
  info: 'text-muted',
  good: 'text-muted',
  bad: 'text-bad',
  accent: 'text-accent',
} as const

/** The last hour of a generation as a small curve, and when it will have drained. Leads to the curve in large. */
export function DrainLine({ curve }: { curve: DrainCurve }) {
  const { estimate, number, points, pins } = curve
  if (estimate === null || estimate.status === 'drained') return null
  const { tone, text } = drainWords(estimate)
  const first = points.find((point) => point !== null) ?? pins
  return (
    <Link
      to="?tab=drain"
      preventScrollReset
      className="inline-flex min-h-6 items-center gap-2 self-start rounded text-xs no-underline hover:underline phone:min-h-11"
    >
      <Sparkline
        values={points}
        colour={layerColour(number)}
        label={`Processes in generation ${number} over the last hour: ${formatCount(first)}, now ${formatCount(pins)}`}
      />
      <span className={cx(TONES[tone])}>{text}</span>
    </Link>
  )
}
