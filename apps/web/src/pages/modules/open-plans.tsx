import { useQuery } from '@tanstack/react-query'
import { formatCount, Notice, RelativeTime, showInvisible } from '@strata/ui'
import { Link } from 'react-router'
import { trpc } from '../../api/client.ts'
import { linkAct } from '../../links.ts'

const READ_EVERY_MS = 5_000
/** Acts that are looked through for those that have not ended. */
const ACTS_READ = 20

/** What others are about to do to this module, and what is being done to it. */
export function OpenPlans({ module }: { module: string }) {
  const { data } = useQuery(trpc.plans.listOpen.queryOptions({ module }, { refetchInterval: READ_EVERY_MS }))
  const acts = useQuery(trpc.acts.list.queryOptions({ module, limit: ACTS_READ }, { refetchInterval: READ_EVERY_MS }))
  const others = data?.filter(({ mine }) => !mine) ?? []
  const running = acts.data?.filter(({ status }) => status === 'running' || status === 'delayed') ?? []
  if (others.length + running.length === 0) return null
  return (
    <Notice tone="warn" title={others.length === 0 ? 'Under way here' : 'Others are about to act here'}>
      <ul>
        {running.map(({ id, title, actor, status, done, total }) => (
          <li key={id}>
            <Link to={linkAct(id)}>{title}</Link> by {showInvisible(actor)}{' '}
            {status === 'delayed' ? 'is about to begin' : `is under way, ${formatCount(done)} of ${formatCount(total)}`}
          </li>
        ))}
        {others.map((plan) => (
          <li key={plan.id}>
            {showInvisible(plan.owner)} is about to {plan.verb} {plan.generations.length > 0 && plan.generations.join(', ')}, plan of{' '}
            <RelativeTime at={plan.createdAt} />
          </li>
        ))}
      </ul>
    </Notice>
  )
}
