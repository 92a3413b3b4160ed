import { PageHead } from '@strata/ui'
import { usePageTitle } from '../../shell/use-page-title.ts'

/** The first thing seen. */
export function OverviewPage() {
  usePageTitle('Overview')
  return <PageHead title="Overview" />
}
