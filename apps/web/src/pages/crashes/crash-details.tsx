import { describeExit, type ExitReason } from '@strata/runtime/vocabulary'
import { Facts, formatCount, OutsideText, showInvisible } from '@strata/ui'
import { Link } from 'react-router'
import type { Outputs } from '../../api/client.ts'
import { linkProcess } from '../../links.ts'

/** One crash with all that was known of its process. */
export function CrashDetails({ crash }: { crash: Outputs['crashes']['list'][number]['latest'] }) {
  const { pid, name, entry, parent, linked, queueLength, restarts, lastMessage } = crash
  const reason = crash.reason as ExitReason
  const stack = 'stack' in reason && reason.stack !== '' ? reason.stack : describeExit(reason)
  return (
    <div className="flex min-w-0 flex-col gap-3 pt-2">
      <Facts
        facts={[
          { term: 'Process', value: <span className="font-mono">{name === null ? pid : `${pid} ${showInvisible(name)}`}</span> },
          { term: 'Entry', value: <span className="font-mono">{showInvisible(entry)}</span> },
          {
            term: 'Parent',
            value:
              parent === null ? (
                'none'
              ) : (
                <Link to={linkProcess(parent)} className="inline-flex min-h-6 items-center font-mono underline underline-offset-2">
                  {parent}
                </Link>
              ),
          },
          { term: 'Links', value: formatCount(linked) },
          { term: 'Queue', value: queueLength === 0 ? 'empty' : `${formatCount(queueLength)} waited` },
          { term: 'Restarted before', value: restarts === null ? 'unknown' : formatCount(restarts) },
        ]}
      />
      <OutsideText label="Stack at the crash" text={stack} />
      {lastMessage !== null && <OutsideText label="Last message" text={lastMessage.text} isCut={lastMessage.isCut} />}
    </div>
  )
}
