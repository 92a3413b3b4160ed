import { Notice, RelativeTime, buttonClass } from '@strata/ui'
import type { RuntimeView } from '@strata/runtime'
import { Link } from 'react-router'
import { linkActivity } from '../../links.ts'

/** Says that the runtime is away, or that it has been brought back. Nothing while it has always run. */
export function RuntimeNotice({ runtime }: { runtime: RuntimeView }) {
  const activity = (
    <Link to={linkActivity({ type: 'system' })} className={buttonClass({ size: 'sm' })}>
      What happened
    </Link>
  )
  if (runtime.status !== 'running')
    return (
      <Notice tone="warn" live="status" title={`The runtime is ${runtime.status}.`} actions={activity}>
        The server brings it back with the same generations; processes begin anew.
      </Notice>
    )
  if (runtime.restarts === 0) return null
  return (
    <Notice
      tone="warn"
      title={`The runtime was brought back ${runtime.restarts === 1 ? 'once' : `${runtime.restarts} times`}.`}
      actions={activity}
    >
      It runs since <RelativeTime at={runtime.startedAt} /> with the generations it had.
    </Notice>
  )
}
