import { Icon, cx } from '@strata/ui'
import { Link } from 'react-router'
import type { Need } from './needs.ts'

/** What needs somebody, each a door to exactly that. Where there is room their line is kept free: what comes moves nothing under the pointer. */
export function NeedsList({ needs }: { needs: readonly Need[] }) {
  return (
    <ul aria-label="Needs you" className="flex flex-wrap gap-2 max-sm:empty:hidden sm:min-h-8">
      {needs.map((need) => (
        <li key={need.key} className="min-w-0">
          <Link
            to={need.to}
            className={cx(
              'inline-flex min-h-8 items-center gap-2 rounded-md border px-2.5 py-1 text-[13px] no-underline hover:brightness-110 phone:min-h-11',
              need.tone === 'bad' ? 'border-bad/40 bg-bad-soft [&>svg]:text-bad' : 'border-warn/40 bg-warn-soft [&>svg]:text-warn',
            )}
          >
            <Icon name="warning" className="size-3.5" />
            <span className="min-w-0">{need.text}</span>
            <Icon name="chevronRight" className="size-3" />
          </Link>
        </li>
      ))}
    </ul>
  )
}
