import { useQuery } from '@tanstack/react-query'
import { Notice, RelativeTime, showInvisible } from '@strata/ui'
import { trpc } from '../../api/client.ts'

/** What others are about to do to this module. */
export function OpenPlans({ module }: { module: string }) {
  const { data } = useQuery(trpc.plans.listOpen.queryOptions({ module }, { refetchInterval: 5000 }))
  const others = data?.filter(({ mine }) => !mine) ?? []
  if (others.length === 0) return null
  return (
    <Notice tone="warn" title="Others are about to act here">
      <ul>
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
