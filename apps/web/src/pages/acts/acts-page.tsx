import type { ActSummary } from '@strata/server'
import { Empty, PageHead, RelativeTime, showInvisible, Skeleton, StateWord, Table, TBody, Td, Th, THead, Tr } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { linkAct, linkModule } from '../../links.ts'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { ACT_TONES, outcomeWord } from './act-words.ts'

/** Acts with a plan, newest first. */
export function ActsPage() {
  usePageTitle('Acts')
  const acts = useQuery(trpc.acts.list.queryOptions({}))
  return (
    <div className="flex flex-col gap-5">
      <PageHead title="Acts">Every act with a plan has its receipt here: what was asked, and what became of each process.</PageHead>
      <ErrorNotice error={acts.error} retry={() => void acts.refetch()} />
      {acts.isPending && <Skeleton className="h-48" />}
      {acts.data?.length === 0 && (
        <Empty icon="activity" title="No act yet">
          A force purge, the kill of several processes, an upgrade, a delete or a load that ends somebody stands here from its first moment.
        </Empty>
      )}
      {acts.data !== undefined && acts.data.length > 0 && (
        <Table label="Acts">
          <THead>
            <tr>
              <Th>Act</Th>
              <Th>Status</Th>
              <Th>Items</Th>
              <Th>By</Th>
              <Th>Reason</Th>
              <Th>When</Th>
              <Th>Modules</Th>
            </tr>
          </THead>
          <TBody>
            {acts.data.map((act) => (
              <ActRow key={act.id} act={act} />
            ))}
          </TBody>
        </Table>
      )}
    </div>
  )
}

function ActRow({ act }: { act: ActSummary }) {
  const counts = Object.entries(act.counts) as [keyof ActSummary['counts'], number][]
  return (
    <Tr>
      <Td>
        <Link to={linkAct(act.id)} className="inline-flex min-h-6 items-center phone:min-h-11 font-medium underline underline-offset-2">
          {act.title}
        </Link>
      </Td>
      <Td>
        <StateWord tone={ACT_TONES[act.status]}>{act.status}</StateWord>
      </Td>
      <Td className="text-muted phone:whitespace-nowrap">
        {counts.map(([outcome, count]) => `${count} ${outcomeWord(outcome)}`).join(', ') || 'none'}
      </Td>
      <Td>{showInvisible(act.actor)}</Td>
      <Td className="max-w-72 min-w-40">
        {act.reason === '' ? <span className="text-muted">none given</span> : showInvisible(act.reason)}
      </Td>
      <Td>
        <RelativeTime at={act.startedAt} />
      </Td>
      <Td mono>
        {act.modules.map((module) => (
          <Link key={module} to={linkModule(module)} className="mr-2 underline underline-offset-2">
            {module}
          </Link>
        ))}
      </Td>
    </Tr>
  )
}
