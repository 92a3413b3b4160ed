import type { EngineEvent } from '@strata/runtime'
import { type EventSentence, outside, type Part, pids, tell } from './sentence-parts.ts'

type ProcessEvent = Extract<EngineEvent, { type: 'suspended' | 'resumed' | 'exit_sent' }>

/** What an operator did to single processes, as a sentence. */
export function tellProcessEvent(event: ProcessEvent): EventSentence {
  const actor = outside(event.by.actor)
  switch (event.type) {
    case 'suspended':
      return tell('warn', 'pause', 'Suspend', [actor, ' suspended ', ...pids(event.pids), ': no turns until resumed.'], event.by.reason)
    case 'resumed':
      return tell('good', 'play', 'Resume', [actor, ' resumed ', ...pids(event.pids), '.'], event.by.reason)
    case 'exit_sent': {
      const groups = [
        ['ended ', event.ended],
        ['still unwinding ', event.exiting],
        ['as a message to ', event.trapped],
        ['not concerned ', event.ignored],
      ] as const
      const told = groups.flatMap(([word, named]): Part[] => (named.length === 0 ? [] : ['; ', word, ...pids(named)]))
      return tell(
        event.ended.length + event.exiting.length > 0 ? 'bad' : 'warn',
        'close',
        'Exit',
        [actor, ` sent the exit signal "${outside(event.exitReason)}"`, ...(told.length === 0 ? ['; nobody was there'] : told), '.'],
        event.by.reason,
      )
    }
  }
}
