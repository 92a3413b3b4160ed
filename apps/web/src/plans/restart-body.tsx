import type { RestartPlan } from '@strata/runtime'
import { Facts, formatCount, formatDuration, formatPlural, Notice, showInvisible, Table, TBody, Td, Th, THead, Tr } from '@strata/ui'
import { Link } from 'react-router'
import { linkModule, linkProcess } from '../links.ts'
import { GivingUp, Restarts } from './plan-follows.tsx'
import { VictimsTable } from './victims-table.tsx'

/** Who ends with a scheduler, the healthy ones apart from the one that holds it, and what comes back. */
export function RestartBody({ plan, fallen }: { plan: RestartPlan; fallen: number }) {
  const { holder, healthy, waiting, countedNow, generations, roots, victims = [], follows, unknownOn = [] } = plan
  const root = roots.map(({ module, export: exportName, name }) => name ?? `${module}.${exportName}`)
  return (
    <>
      {follows !== undefined && <GivingUp givingUp={follows.givingUp} />}
      {holder === null ? (
        <Notice tone="warn" title="Nobody holds this scheduler: every process on it is healthy." />
      ) : (
        <Notice tone="bad" title={`${holder.pid} is ${holder.load} since ${formatDuration(holder.heldMs)}`}>
          <Link to={linkProcess(holder.pid)} className="font-mono underline underline-offset-2">
            {holder.pid}
          </Link>{' '}
          {holder.module !== null && (
            <span className="font-mono">
              in {holder.module}@{holder.generation}{' '}
            </span>
          )}
          {holder.at === null ? 'in one native call; no line is known.' : <span className="font-mono">at {showInvisible(holder.at)}</span>}
        </Notice>
      )}
      <Facts
        facts={[
          {
            term: 'Healthy, end with it',
            value: (
              <>
                <strong className="font-semibold">{formatCount(healthy)}</strong>
                {countedNow ? '' : ' by its latest sample: it cannot answer now'}
              </>
            ),
          },
          { term: 'Wait behind it', value: formatPlural(waiting, 'process', 'processes') },
          {
            term: 'Start again',
            value: root.length === 0 ? 'none: the configuration starts no process' : <span className="font-mono">{root.join(', ')}</span>,
          },
        ]}
      />
      {generations.length > 0 && (
        <Table label="Generations that its processes are in" maxHeight="30vh">
          <THead>
            <tr>
              <Th>In</Th>
              <Th numeric>Processes</Th>
            </tr>
          </THead>
          <TBody>
            {generations.map(({ module, number, pins }) => (
              <Tr key={`${module}@${number}`}>
                <Td mono>
                  <Link to={linkModule(module, { generation: number })} className="underline underline-offset-2">
                    {module}@{number}
                  </Link>
                </Td>
                <Td numeric>{formatCount(pins)}</Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      )}
      {unknownOn.length > 0 && (
        <Notice
          tone="warn"
          title={`Who falls by links on ${unknownOn.map((id) => `scheduler ${id}`).join(', ')} is unknown: that does not answer now.`}
        />
      )}
      {victims.length > 0 && <VictimsTable label="Processes that fall with them on other schedulers" victims={victims} total={fallen} />}
      {follows !== undefined && <Restarts restarts={follows.restarts} />}
    </>
  )
}
