import type { Plan } from '@strata/runtime'
import { Badge, formatCount, Notice } from '@strata/ui'
import { Link } from 'react-router'
import { linkModule } from '../links.ts'
import { type CountedPlan, splitVictims, victimsOf } from './plan-words.ts'
import { MoveBody } from './move-body.tsx'
import { GivingUp, Restarts } from './plan-follows.tsx'
import { RestartBody } from './restart-body.tsx'
import { RollbackBody } from './rollback-body.tsx'
import { VictimsTable } from './victims-table.tsx'

/** Everything that a plan says will happen. */
export function PlanBody({ plan, counts }: CountedPlan) {
  if (plan.verb === 'delete') return <Importers plan={plan} />
  if (plan.verb === 'upgrade') return <Targets plan={plan} total={counts.chosen} />
  if (plan.verb === 'move') return <MoveBody plan={plan} total={counts.chosen} />
  if (plan.verb === 'suspend' || plan.verb === 'resume')
    return <VictimsTable label={`Processes to ${plan.verb}`} victims={plan.targets} total={counts.chosen} />
  if (plan.verb === 'restart-scheduler') return <RestartBody plan={plan} fallen={counts.fallen} />
  if (plan.verb === 'rollback') return <RollbackBody plan={plan} />
  const { chosen, fallen } = splitVictims(victimsOf(plan))
  const follows = 'follows' in plan ? plan.follows : undefined
  return (
    <>
      {follows !== undefined && <GivingUp givingUp={follows.givingUp} />}
      {fallen.length > 0 && (
        <section className="flex flex-col gap-1.5">
          <h3 className="text-[13px] font-medium text-bad">Fall with them ({formatCount(counts.fallen)})</h3>
          <VictimsTable label="Processes that fall with them" victims={fallen} total={counts.fallen} />
        </section>
      )}
      {chosen.length > 0 && (
        <section className="flex flex-col gap-1.5">
          <h3 className="text-[13px] font-medium">
            {plan.verb === 'kill' || plan.verb === 'exit' ? 'Chosen' : 'Pin what is purged'} ({formatCount(counts.chosen)})
          </h3>
          <VictimsTable label="Processes that end" victims={chosen} total={counts.chosen} />
        </section>
      )}
      {chosen.length === 0 && fallen.length === 0 && <Notice tone="good">No process is in it: nobody ends.</Notice>}
      {follows !== undefined && <Restarts restarts={follows.restarts} />}
    </>
  )
}

function Importers({ plan }: { plan: Extract<Plan, { verb: 'delete' }> }) {
  if (plan.importers.length === 0) return <Notice tone="good">No loaded module imports {plan.module}.</Notice>
  return (
    <Notice tone="bad" title={`Imported by ${plan.importers.length}: their calls will fail`}>
      <ul className="flex flex-wrap gap-x-3 gap-y-1">
        {plan.importers.map((name) => (
          <li key={name}>
            <Link to={linkModule(name)} className="font-mono">
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </Notice>
  )
}

function Targets({ plan, total }: { plan: Extract<Plan, { verb: 'upgrade' }>; total: number }) {
  const able = new Set(plan.targets.filter(({ can }) => can).map(({ pid }) => pid))
  return (
    <VictimsTable
      label="Processes to upgrade"
      victims={plan.targets}
      total={total}
      verdict={{
        head: 'Can move',
        of: ({ pid }) =>
          able.has(pid) ? <Badge tone="good">can move</Badge> : <Badge tone="warn">cannot: its module exports no upgrade</Badge>,
      }}
    />
  )
}
