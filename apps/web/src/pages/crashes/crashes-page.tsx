import { Card, Empty, formatPlural, PageHead, RelativeTime, showInvisible, Skeleton } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import type { Outputs } from '../../api/client.ts'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { linkActivity, linkModule } from '../../links.ts'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { CrashDetails } from './crash-details.tsx'

/** What crashed, by cause and generation, most frequent first. */
export function CrashesPage() {
  usePageTitle('Crashes')
  const [parameters] = useSearchParams()
  const module = parameters.get('module') ?? undefined
  const crashes = useQuery(trpc.crashes.list.queryOptions({ module }))
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <PageHead title="Crashes">
        By cause and generation: the latest 500, for 30 days.{' '}
        <Link to={linkActivity({ type: 'crashes' })} className="underline underline-offset-2">
          The activity
        </Link>{' '}
        has each for good.
      </PageHead>
      <ErrorNotice error={crashes.error} retry={() => void crashes.refetch()} />
      {crashes.isPending && <Skeleton className="h-48" />}
      {crashes.data?.length === 0 && (
        <Empty icon="flame" title="Nothing crashed">
          A process that ends by an error stands here: with its stack, its links, its queue, and the message that a behaviour was handling.
        </Empty>
      )}
      {crashes.data?.map((group) => (
        <Group key={`${group.module}@${group.generation} ${group.cause}`} group={group} />
      ))}
    </div>
  )
}

function Group({ group }: { group: Outputs['crashes']['list'][number] }) {
  const { cause, module, generation, count, firstAt, lastAt, latest } = group
  return (
    <Card className="flex min-w-0 flex-col gap-3 p-4">
      <div className="flex min-w-0 flex-col gap-1">
        <h2 className="font-medium wrap-anywhere">{showInvisible(cause)}</h2>
        <p className="flex flex-wrap gap-x-3 text-[13px] text-muted">
          <span className="text-bad">{formatPlural(count, 'crash', 'crashes')}</span>
          {module !== null && generation !== null && (
            <Link to={linkModule(module, { generation })} className="font-mono text-text underline underline-offset-2">
              {module}@{generation}
            </Link>
          )}
          <span>
            last <RelativeTime at={lastAt} />
          </span>
          {count > 1 && (
            <span>
              first <RelativeTime at={firstAt} />
            </span>
          )}
        </p>
      </div>
      <details className="min-w-0">
        <summary className="min-h-6 cursor-pointer text-[13px] font-medium">Latest report</summary>
        <CrashDetails crash={latest} />
      </details>
    </Card>
  )
}
