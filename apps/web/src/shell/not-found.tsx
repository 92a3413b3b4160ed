import { Empty, PageHead, buttonClass } from '@strata/ui'
import { Link } from 'react-router'
import { linkModules, linkOverview } from '../links.ts'
import { usePageTitle } from './use-page-title.ts'

/** An address that leads nowhere. */
export function NotFound() {
  usePageTitle('Not found')
  return (
    <div className="flex flex-col gap-5">
      <PageHead title="Not found" />
      <Empty
        icon="help"
        title="There is no page at this address"
        actions={
          <>
            <Link className={buttonClass({ variant: 'primary' })} to={linkOverview()}>
              Overview
            </Link>
            <Link className={buttonClass()} to={linkModules()}>
              Modules
            </Link>
          </>
        }
      />
    </div>
  )
}
