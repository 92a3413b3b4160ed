import type { ProcessLoad, ProcessRow, ProcessStatus } from '@strata/runtime'
import { Badge, StateWord, Tooltip, type Tone } from '@strata/ui'
import { WaitingBehind } from './waiting-behind.tsx'

const STATUS_TONES: Readonly<Record<ProcessStatus, Tone>> = {
  running: 'good',
  runnable: 'info',
  waiting: 'idle',
  slowed: 'warn',
  suspended: 'warn',
}
const LOAD_TONES: Readonly<Record<ProcessLoad, Tone>> = { busy: 'warn', holding: 'bad', stuck: 'bad' }

/** What the three words mean, wherever they stand. */
export const LOAD_WORDS: Readonly<Record<ProcessLoad, string>> = {
  busy: 'It uses its turns up: others get theirs, later.',
  holding: 'It is in synchronous code and holds its scheduler: nobody else there runs. Kill takes effect at its next check.',
  stuck: 'It is inside one native call without checks: a kill is pending until that returns.',
}

/** The state of a process as a word, and beside it whether it is busy, holding or stuck. */
export function ProcessState({ row }: { row: Pick<ProcessRow, 'pid' | 'status' | 'load'> }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <StateWord tone={STATUS_TONES[row.status]}>{row.status}</StateWord>
      {row.load !== null && (
        <Tooltip
          content={
            <>
              {LOAD_WORDS[row.load]} {row.load !== 'busy' && <WaitingBehind pid={row.pid} />}
            </>
          }
        >
          <span tabIndex={0}>
            <Badge tone={LOAD_TONES[row.load]}>{row.load}</Badge>
          </span>
        </Tooltip>
      )}
    </span>
  )
}

/** Function and place; of a behaviour between two callbacks what it is. */
export function Doing({ row }: { row: Pick<ProcessRow, 'function' | 'at' | 'behaviour'> }) {
  if (row.function === null && row.behaviour !== null)
    return <span className="whitespace-nowrap text-muted">{row.behaviour.kind}, between messages</span>
  if (row.function === null) return <span className="text-muted">not started yet</span>
  return (
    <span className="font-mono text-[12.5px] whitespace-nowrap">
      {row.function} <span className="text-muted">{row.at}</span>
    </span>
  )
}
