import { describeExit, type ExitReason } from '@strata/runtime/vocabulary'
import { Notice, RelativeTime, showInvisible } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { trpc } from '../../api/client.ts'
import { CrashDetails } from '../crashes/crash-details.tsx'

/** The latest crash of the process that this one came after, if one did. */
export function PredecessorNotice({ pid }: { pid: string }) {
  const { data: crash } = useQuery(trpc.crashes.predecessor.queryOptions({ pid }, { staleTime: 10_000 }))
  if (crash === undefined || crash === null) return null
  return (
    <Notice tone="warn" title={`Its predecessor ${crash.pid} crashed`}>
      <p className="wrap-anywhere">
        <RelativeTime at={crash.at} />: {showInvisible(describeExit(crash.reason as ExitReason))}
      </p>
      <details className="min-w-0">
        <summary className="min-h-6 cursor-pointer">Report</summary>
        <CrashDetails crash={crash} />
      </details>
    </Notice>
  )
}
