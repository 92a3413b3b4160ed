import { Button, Notice, showInvisible, truncate } from '@strata/ui'
import { useRouteError } from 'react-router'

/** What stands in place of a page that failed. The rest of the console goes on. */
export function PageError() {
  const error = useRouteError()
  const text = error instanceof Error ? error.message : String(error)
  const outdated = /dynamically imported module|Importing a module script failed/.test(text)
  return (
    <div className="mx-auto w-full max-w-2xl p-4">
      <Notice
        tone="bad"
        live="alert"
        title={
          outdated
            ? 'A part of this page could not be read: the server is away, or newer than this page.'
            : 'This page failed. Nothing was done to the system.'
        }
        actions={<Button onClick={() => window.location.reload()}>Reload</Button>}
      >
        {!outdated && <code>{showInvisible(truncate(text, 300))}</code>}
      </Notice>
    </div>
  )
}
