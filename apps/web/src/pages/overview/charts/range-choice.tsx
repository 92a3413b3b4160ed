import { cx } from '@strata/ui'
import { Link } from 'react-router'
import { type Range, RANGE_WORDS, RANGES } from './series.ts'

/** How far back charts look: each choice is an address. */
export function RangeChoice({ range, address }: { range: Range; address: (minutes: Range) => string }) {
  return (
    <div className="flex overflow-hidden rounded-md border border-line-strong">
      {RANGES.map((minutes) => (
        <Link
          key={minutes}
          to={address(minutes)}
          replace
          preventScrollReset
          aria-current={minutes === range ? 'true' : undefined}
          className={cx(
            'inline-flex min-h-8 items-center px-3 text-[13px] no-underline phone:min-h-11',
            minutes === range ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-hover',
          )}
        >
          <span className="sr-only">last </span>
          {RANGE_WORDS[minutes]}
        </Link>
      ))}
    </div>
  )
}
