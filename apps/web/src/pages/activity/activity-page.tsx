import { PageHead } from '@strata/ui'
import { usePageTitle } from '../../shell/use-page-title.ts'

/** One timeline of what happened. */
export function ActivityPage() {
  usePageTitle('Activity')
  return <PageHead title="Activity" />
}
