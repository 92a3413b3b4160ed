import { Empty, PageHead, buttonClass, showInvisible, truncate } from '@strata/ui'
import { Link, useLocation } from 'react-router'
import { linkModules, linkOverview } from '../links.ts'
import { usePageTitle } from './use-page-title.ts'

const PATH_SHOWN_MAX = 200

/** An address that leads nowhere. */
export function NotFound() {
  usePageTitle('Not found')
  const { pathname } = useLocation()
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
      >
        <code className="wrap-anywhere">{truncate(showInvisible(pathname), PATH_SHOWN_MAX)}</code> was mistyped, or is of another version of
        the console. The palette (Ctrl K) finds every page.
      </Empty>
    </div>
  )
}
