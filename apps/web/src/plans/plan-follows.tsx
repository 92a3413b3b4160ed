import type { Follows } from '@strata/runtime'
import { formatDuration, formatPlural, Notice, showInvisible } from '@strata/ui'
import { Link } from 'react-router'
import { linkModule, linkProcess } from '../links.ts'

/** More than these are counted. */
const SHOWN_MAX = 50

/** Supervisors that end by these deaths, with all that falls then: what an operator has to see first (PLAN3). */
export function GivingUp({ givingUp }: { givingUp: Follows['givingUp'] }) {
  if (givingUp.length === 0) return null
  const title = `${formatPlural(givingUp.length, 'supervisor ends', 'supervisors end')} by this, with all that ${givingUp.length === 1 ? 'it supervises' : 'they supervise'}`
  return (
    <Notice tone="bad" title={title}>
      <ul className="flex flex-col gap-1">
        {givingUp.slice(0, SHOWN_MAX).map(({ pid, name, because, intensity, periodMs, ended, falls, supervisor }) => (
          <li key={pid}>
            <Process pid={pid} name={name} />{' '}
            {because === 'shuts_down'
              ? 'shuts down with its significant children'
              : `gives up: it bears ${formatPlural(intensity, 'restart', 'restarts')} in ${formatDuration(periodMs)}, and ${formatPlural(ended.length, 'child ends', 'children end')} here`}
            {falls.length > 0 && `. It stops ${formatPlural(falls.length, 'other child', 'other children')}`}
            {supervisor === null ? '. Nobody supervises it.' : '.'}
          </li>
        ))}
      </ul>
    </Notice>
  )
}

/** Who is started again, by whom, and into which generation. */
export function Restarts({ restarts }: { restarts: Follows['restarts'] }) {
  if (restarts.length === 0) return null
  return (
    <section className="flex flex-col gap-1.5">
      <h3 className="text-[13px] font-medium">Started again by their supervisors ({restarts.length})</h3>
      <ul className="flex max-h-48 flex-col gap-1 overflow-y-auto text-[13px]" tabIndex={0} aria-label="Processes that are started again">
        {restarts.slice(0, SHOWN_MAX).map(({ supervisor, supervisorName, child, pid, module, generation }) => (
          <li key={`${supervisor} ${child}`}>
            <span className="font-mono">{showInvisible(child)}</span>
            {pid !== null && <span className="text-muted"> (now {pid})</span>} in{' '}
            {generation === null ? (
              <span className="text-bad">{module}, which has no current generation: it will not start</span>
            ) : (
              <Link
                to={linkModule(module, { generation })}
                className="font-mono underline underline-offset-2"
                target="_blank"
                rel="noreferrer"
              >
                {module}@{generation}
              </Link>
            )}{' '}
            by <Process pid={supervisor} name={supervisorName} />
          </li>
        ))}
        {restarts.length > SHOWN_MAX && <li className="text-muted">and {restarts.length - SHOWN_MAX} more</li>}
      </ul>
    </section>
  )
}

function Process({ pid, name }: { pid: string; name: string | null }) {
  return (
    <Link to={linkProcess(pid)} className="font-mono underline underline-offset-2" target="_blank" rel="noreferrer">
      {name === null ? pid : showInvisible(name)}
    </Link>
  )
}
