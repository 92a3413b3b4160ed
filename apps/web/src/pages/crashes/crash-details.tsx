import { describeExit, type ExitReason } from '@strata/runtime/vocabulary'
import { Button, Facts, formatCount, OutsideText, showInvisible } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { type Outputs, trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useMayNot } from '../../api/use-may.ts'
import { linkProcess } from '../../links.ts'

type Crash = Outputs['crashes']['list'][number]['latest']

/** One crash with all that was known of its process. */
export function CrashDetails({ crash }: { crash: Crash }) {
  const { pid, name, entry, parent, linked, queueLength, restarts, isOfThisLife } = crash
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
              ) : !isOfThisLife ? (
                <span className="font-mono">{parent}</span>
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
      {crash.hasMessage && <LastMessage crash={crash} />}
    </div>
  )
}

/** On request only: that somebody looked stands in the activity. */
function LastMessage({ crash: { pid, at } }: { crash: Crash }) {
  const mayNot = useMayNot('crash-message')
  const message = useQuery(trpc.crashes.message.queryOptions({ pid, at }, { enabled: false, retry: false }))
  if (message.data !== undefined) return <OutsideText label="Last message" {...message.data} />
  return (
    <div className="flex flex-col items-start gap-2">
      <Button size="sm" busy={message.isFetching} disabledReason={mayNot} onClick={() => void message.refetch()}>
        Show its last message
      </Button>
      <ErrorNotice error={message.error} />
    </div>
  )
}
