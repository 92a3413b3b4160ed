import { cx, PageHead } from '@strata/ui'
import { Link, useParams } from 'react-router'
import { linkSettings, SETTINGS_PLACES, type SettingsPlace } from '../../links.ts'
import { intoView } from '../../shell/into-view.ts'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { ApprovalsSection } from './approvals-section.tsx'
import { EnvironmentSection } from './environment-section.tsx'
import { LimitsSection } from './limits-section.tsx'
import { PeopleSection } from './people-section.tsx'
import { SessionsSection } from './sessions-section.tsx'
import { TokensSection } from './tokens-section.tsx'

const LABELS: Readonly<Record<SettingsPlace, string>> = {
  sessions: 'Password and sessions',
  people: 'People',
  tokens: 'Tokens',
  approvals: 'Approvals',
  limits: 'Limits',
  environment: 'Environment',
}

/** Who may come in and how, what waits for a second person, and from where on something wants one. */
export function SettingsPage() {
  const asked = useParams()['place']
  const place = SETTINGS_PLACES.find((one) => one === asked) ?? 'sessions'
  usePageTitle(LABELS[place])
  return (
    <div className="flex flex-col gap-6">
      <PageHead title="Settings">Who may come in and how, what waits for a second person, and from where on something needs you.</PageHead>
      <nav aria-label="Settings" className="flex gap-1.5 overflow-x-auto max-sm:-mx-3 max-sm:px-3 max-sm:py-1 sm:flex-wrap">
        {SETTINGS_PLACES.map((one) => (
          <Link
            key={one}
            ref={one === place ? intoView : undefined}
            to={linkSettings(one)}
            aria-current={one === place ? 'page' : undefined}
            className={cx(
              'inline-flex min-h-7 shrink-0 items-center rounded-full border px-3 text-[13px] no-underline phone:min-h-11',
              one === place ? 'border-accent bg-accent-soft text-accent' : 'border-line-strong text-muted hover:bg-hover hover:text-text',
            )}
          >
            {LABELS[one]}
          </Link>
        ))}
      </nav>
      {place === 'sessions' && <SessionsSection />}
      {place === 'people' && <PeopleSection />}
      {place === 'tokens' && <TokensSection />}
      {place === 'approvals' && <ApprovalsSection />}
      {place === 'limits' && <LimitsSection />}
      {place === 'environment' && <EnvironmentSection />}
    </div>
  )
}
