import type { Victim } from '@strata/runtime'
import { isAimedAt } from '@strata/runtime/vocabulary'
import { Badge, formatCount, RelativeTime, Table, TBody, Td, Th, THead, Tr } from '@strata/ui'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { linkProcess } from '../links.ts'
import { NameBeside } from './name-beside.tsx'
import { doingOf, placeOf } from './plan-words.ts'

const BECAUSE: Readonly<Record<Victim['because'], string>> = {
  pins: 'pins it',
  chosen: 'chosen',
  link: 'falls by a link',
  supervisor: 'its supervisor stops it',
  gives_up: 'gives up',
  shuts_down: 'shuts down',
}

/** Long names and places break, so that the last column, why somebody ends, is in sight; a phone shows who and what it does, and scrolls on. */
const BREAKING = 'min-w-44 whitespace-normal! wrap-anywhere phone:min-w-36'

interface VictimsTableProps {
  readonly label: string
  readonly victims: readonly Victim[]
  /** How many there are in all: the server ships 500 of them. */
  readonly total: number
  /** A last column of one's own. */
  readonly verdict?: { readonly head: string; readonly of: (victim: Victim) => ReactNode }
}

function toneOf(because: Victim['because']): 'idle' | 'warn' | 'bad' {
  if (isAimedAt(because)) return 'idle'
  return because === 'gives_up' || because === 'shuts_down' ? 'bad' : 'warn'
}

/** Exactly whom an act touches, and what each is doing now. */
export function VictimsTable({ label, victims, total, verdict }: VictimsTableProps) {
  return (
    <>
      <Table label={label} maxHeight="18rem">
        <THead sticky>
          <tr>
            <Th>Process</Th>
            <Th>Doing</Th>
            <Th>In</Th>
            <Th numeric>Queue</Th>
            <Th>Started</Th>
            <Th>{verdict?.head ?? 'Because'}</Th>
          </tr>
        </THead>
        <TBody>
          {victims.map((victim) => (
            <Tr key={victim.pid}>
              <Td mono className={BREAKING}>
                <Link className="underline-offset-2 hover:underline" to={linkProcess(victim.pid)} target="_blank" rel="noreferrer">
                  {victim.pid}
                </Link>
                {victim.name !== null && <NameBeside name={victim.name} />}
              </Td>
              <Td mono className={BREAKING}>
                {doingOf(victim)} <span className="text-muted">{victim.at}</span>
              </Td>
              <Td mono>{placeOf(victim)}</Td>
              <Td numeric>{victim.queueLength}</Td>
              <Td className="whitespace-nowrap">
                <RelativeTime at={victim.startedAt} focusable={false} />
              </Td>
              <Td>{verdict === undefined ? <Badge tone={toneOf(victim.because)}>{BECAUSE[victim.because]}</Badge> : verdict.of(victim)}</Td>
            </Tr>
          ))}
        </TBody>
      </Table>
      {total > victims.length && <p className="text-xs text-muted">and {formatCount(total - victims.length)} more, all in the plan</p>}
    </>
  )
}
