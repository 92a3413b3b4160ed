import { Icon, cx } from '@strata/ui'
import type { IconName } from '@strata/ui'
import { NavLink, useLocation } from 'react-router'
import { linkActivity, linkModules, linkOverview, linkProcesses, linkSchedulers, linkSupervisors } from '../links.ts'

export interface Place {
  readonly label: string
  readonly icon: IconName
  readonly to: string
  /** Pressed after `g`. */
  readonly key: string
  /** Further addresses that belong to it. */
  readonly under: readonly string[]
  /** A phone's bar and a narrow row have no place for it: the page of processes leads there. */
  readonly isLeftToProcesses?: boolean
}

export const PLACES: readonly Place[] = [
  { label: 'Overview', icon: 'home', to: linkOverview(), key: 'o', under: [] },
  { label: 'Modules', icon: 'layers', to: linkModules(), key: 'm', under: ['/load'] },
  { label: 'Processes', icon: 'process', to: linkProcesses(), key: 'p', under: [] },
  { label: 'Supervisors', icon: 'tree', to: linkSupervisors(), key: 'u', under: [], isLeftToProcesses: true },
  { label: 'Schedulers', icon: 'clock', to: linkSchedulers(), key: 's', under: [] },
  { label: 'Activity', icon: 'activity', to: linkActivity(), key: 'a', under: ['/acts', '/crashes'] },
]

/** The places of the console: a row on a wide screen, a bar at the bottom of a phone's. */
export function Navigation({ place }: { place: 'top' | 'bottom' }) {
  const { pathname } = useLocation()
  return (
    <nav
      aria-label={place === 'top' ? 'Main' : 'Main, at the bottom'}
      className={
        place === 'top'
          ? 'hidden md:block'
          : 'fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden'
      }
    >
      <ul className={place === 'top' ? 'flex items-center gap-0.5' : 'grid grid-cols-5'}>
        {PLACES.filter(({ isLeftToProcesses = false }) => place === 'top' || !isLeftToProcesses).map(
          ({ label, icon, to, under, isLeftToProcesses = false }) => {
            const here = to === '/' ? pathname === '/' : pathname.startsWith(to) || under.some((start) => pathname.startsWith(start))
            return (
              <li key={to} className={isLeftToProcesses ? 'max-lg:hidden' : undefined}>
                <NavLink
                  to={to}
                  aria-current={here ? 'page' : undefined}
                  className={cx(
                    'flex items-center no-underline',
                    place === 'top'
                      ? 'min-h-8 gap-1.5 rounded-md px-2.5 text-[13px] font-medium whitespace-nowrap'
                      : 'min-h-14 flex-col justify-center gap-0.5 text-[11px]',
                    here ? (place === 'top' ? 'bg-hover text-text' : 'text-accent') : 'text-muted hover:text-text',
                  )}
                >
                  <Icon name={icon} className={place === 'top' ? 'size-3.5 max-lg:hidden' : 'size-5'} />
                  {label}
                </NavLink>
              </li>
            )
          },
        )}
      </ul>
    </nav>
  )
}
