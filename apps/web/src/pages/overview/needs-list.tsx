import { Icon, cx } from '@strata/ui'
import { Link } from 'react-router'
import { useLive } from '../../api/live-store.ts'
import { linkActivity } from '../../links.ts'
import type { Need } from './needs.ts'
import { tellNeeds } from './summary.ts'

/** How much needs somebody, and each of it a door to exactly that. The line is there also when nothing does: what comes moves nothing under the pointer. */
export function NeedsList({ needs }: { needs: readonly Need[] }) {
  const isBlind = useLive((state) => state.status === 'stopped')
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      {needs.length === 0 ? (
        <Link
          to={linkActivity()}
          className="inline-flex min-h-8 items-center gap-2 rounded text-muted no-underline hover:text-text hover:underline phone:min-h-11"
        >
          <Icon name={isBlind ? 'help' : 'check'} className={cx('size-4', !isBlind && 'text-good')} />
          {isBlind ? 'Nothing needed you when live data stopped; since then it is unknown.' : tellNeeds(0)}
        </Link>
      ) : (
        <p className="flex min-h-8 items-center font-semibold text-warn phone:min-h-11">{tellNeeds(needs.length)}</p>
      )}
      <ul aria-label="Needs you" className="contents">
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
    </div>
  )
}
