import { Button, Notice, RelativeTime, buttonClass, showInvisible, truncate } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import type { ModuleView } from '@strata/runtime'
import { Link } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { refreshAll } from '../../api/live.ts'
import { linkActivity, linkModule } from '../../links.ts'
import { listLatest } from './latest-loads.ts'

const SHOWN_MAX = 5

/** No process runs: why, what was loaded last with the way back, and the way on. */
export function SafeModeNotice({ why, modules }: { why: string; modules: readonly ModuleView[] }) {
  const leave = useMutation(trpc.system.leaveSafeMode.mutationOptions({ onSuccess: () => refreshAll() }))
  const latest = listLatest(modules).slice(0, SHOWN_MAX)
  return (
    <Notice
      tone="bad"
      title="Safe mode: no process of the system runs."
      actions={
        <>
          <Button variant="primary" size="sm" icon="play" busy={leave.isPending} onClick={() => leave.mutate({ reason: '' })}>
            Leave safe mode
          </Button>
          <Link to={linkActivity({ type: 'system' })} className={buttonClass({ size: 'sm' })}>
            What happened
          </Link>
        </>
      }
    >
      <p>Because {showInvisible(truncate(why, 300))}. Roll back what was loaded last, then leave safe mode: what is current starts then.</p>
      <ul className="mt-2 flex flex-col gap-1" aria-label="Loaded last">
        {latest.map(({ module, number, before, loadedAt, loadedBy, note }) => (
          <li key={module} className="flex flex-wrap items-center gap-x-2">
            <Link to={linkModule(module, { generation: number })}>
              {module}@{number}
            </Link>
            <span>
              loaded <RelativeTime at={loadedAt} /> by {showInvisible(truncate(loadedBy, 80))}
              {note === '' ? '' : `: ${showInvisible(truncate(note, 120))}`}
            </span>
            {before !== null && (
              <Link to={linkModule(module, { generation: before, act: 'rollback' })} className={buttonClass({ size: 'sm' })}>
                Rollback to {module}@{before}…
              </Link>
            )}
          </li>
        ))}
      </ul>
      <ErrorNotice error={leave.error} />
    </Notice>
  )
}
