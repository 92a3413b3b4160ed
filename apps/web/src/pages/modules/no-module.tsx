import { buttonClass, Empty, PageHead, showInvisible, truncate } from '@strata/ui'
import { Link } from 'react-router'
import { linkLoad, linkModules } from '../../links.ts'

const NAME_SHOWN_MAX = 120

/** The address names a module that was never loaded. */
export function NoModule({ name }: { name: string }) {
  const shown = truncate(showInvisible(name), NAME_SHOWN_MAX)
  return (
    <div className="flex flex-col gap-5">
      <PageHead title={<span className="font-mono wrap-anywhere">{shown}</span>} />
      <Empty
        title={<span className="wrap-anywhere">There is no module {shown}</span>}
        actions={
          <>
            <Link to={linkModules()} className={buttonClass({ variant: 'primary' })}>
              Open the modules
            </Link>
            <Link to={linkLoad({ module: name })} className={buttonClass()}>
              Load it…
            </Link>
          </>
        }
      >
        It was never loaded under this name: a module is called as its file in the system’s folder, without the ending.
      </Empty>
    </div>
  )
}
