import { Card, CopyLine, Facts, RelativeTime, Section, showInvisible, Skeleton } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { EnvironmentTag } from '../../shell/environment.tsx'

/** Which server this is, what it runs and where: told at its start, so shown here and changed there. */
export function EnvironmentSection() {
  const info = useQuery(trpc.system.info.queryOptions(undefined, { staleTime: 60_000 }))
  const schedulers = useQuery(trpc.schedulers.list.queryOptions())
  if (info.isPending) return <Skeleton className="h-64" />
  if (info.data === undefined) return <ErrorNotice error={info.error} retry={() => void info.refetch()} />
  const { name, folder, environment, runtime, node, version, publicUrl } = info.data
  return (
    <Section
      title="Environment"
      hint="Its name and colour stand on every page, in the window's title and in each dialog that destroys something."
    >
      <div className="flex max-w-2xl flex-col gap-4">
        <Card className="p-4">
          <Facts
            facts={[
              { term: 'Environment', value: environment === null ? <span className="text-muted">not named</span> : <EnvironmentTag /> },
              { term: 'System', value: showInvisible(name) },
              { term: 'Folder', value: <code className="break-all">{showInvisible(folder)}</code> },
              { term: 'Address', value: <code className="break-all">{showInvisible(publicUrl)}</code> },
              { term: 'Node', value: <code>{showInvisible(node)}</code> },
              { term: 'Strata', value: version },
              {
                term: 'Runtime',
                value: runtime.osPid === null ? runtime.status : `${runtime.status}, process ${runtime.osPid} of the machine`,
              },
              { term: 'Runs since', value: <RelativeTime at={runtime.startedAt} /> },
              { term: 'Schedulers', value: schedulers.data === undefined ? 'unknown' : String(schedulers.data.length) },
            ]}
          />
        </Card>
        <CopyLine
          label="The server is told at its start"
          command="STRATA_ENVIRONMENT=production-eu STRATA_ENVIRONMENT_COLOUR=red npm start"
        />
      </div>
    </Section>
  )
}
