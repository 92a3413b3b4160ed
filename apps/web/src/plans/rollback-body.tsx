import type { RollbackPlan } from '@strata/runtime'
import { Facts, formatPlural, Notice } from '@strata/ui'
import { Link } from 'react-router'
import { linkProcesses } from '../links.ts'

/** What a rollback makes current, and who stays where. */
export function RollbackBody({ plan }: { plan: RollbackPlan }) {
  const { module, from, to, how, becomes, staying } = plan
  return (
    <>
      <Facts
        facts={[
          {
            term: 'Becomes current',
            value:
              how === 'rebind' ? (
                <span className="font-mono">
                  {module}@{becomes}
                </span>
              ) : (
                <>
                  <span className="font-mono">
                    {module}@{becomes}
                  </span>
                  , made from the kept source of generation {to}
                </>
              ),
          },
          {
            term: 'Becomes old',
            value:
              from === null ? (
                'none: nothing is current now'
              ) : (
                <span className="font-mono">
                  {module}@{from}
                </span>
              ),
          },
          {
            term: 'Stay behind',
            value:
              staying === 0 || from === null ? (
                'nobody'
              ) : (
                <>
                  <Link
                    to={linkProcesses({ module, generation: from })}
                    target="_blank"
                    rel="noreferrer"
                    className="inline-flex min-h-6 items-center underline underline-offset-2"
                  >
                    {formatPlural(staying, 'process', 'processes')}
                  </Link>{' '}
                  in generation {from}, until {staying === 1 ? 'it moves or ends' : 'they move or end'}
                </>
              ),
          },
        ]}
      />
      <Notice tone="good" title="Nobody ends.">
        {how === 'rebind'
          ? 'Only where new calls enter changes. Rolling forward again is one more rollback.'
          : 'It is compiled and tried like any load: when that fails, it is refused and nothing changes.'}
      </Notice>
    </>
  )
}
