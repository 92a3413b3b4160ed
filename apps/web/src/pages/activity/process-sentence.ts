import type { EngineEvent } from '@strata/runtime'
import { formatCount, formatDuration, formatPlural } from '@strata/ui'
import { type EventSentence, generations, outside, type Part, pids, tell } from './sentence-parts.ts'

const LOOKED = { queue: 'the queue', state: 'the state', move: 'the state, and what a move would make of it,' } as const

const TRACE_ENDS = {
  stopped: '',
  messages: ' ended at its limit',
  time: ' ended with its time',
  ended: ' ended with the last of them',
} as const

type ProcessEvent = Extract<
  EngineEvent,
  { type: 'suspended' | 'resumed' | 'exit_sent' | 'moved' | 'looked' | 'trace_started' | 'trace_ended' }
>

/** What an operator did to single processes, as a sentence. */
export function tellProcessEvent(event: ProcessEvent): EventSentence {
  const actor = outside(event.by.actor)
  switch (event.type) {
    case 'suspended':
      return tell('warn', 'pause', 'Suspend', [actor, ' suspended ', ...pids(event.pids), ': no turns until resumed.'], event.by.reason)
    case 'resumed':
      return tell('good', 'play', 'Resume', [actor, ' resumed ', ...pids(event.pids), '.'], event.by.reason)
    case 'moved': {
      const rest = [
        ['; failed ', event.failed, event.total.failed],
        ['; skipped ', event.skipped, event.total.skipped],
      ] as const
      return tell(
        event.total.failed > 0 || event.stopped ? 'warn' : 'good',
        'arrowUp',
        'Move',
        [
          actor,
          ` moved ${formatPlural(event.moved, 'process', 'processes')}`,
          ...(event.modules.length === 0 ? [] : [' to ', ...generations(event.modules)]),
          ...rest.flatMap(([word, named, count]): Part[] => (count === 0 ? [] : [word, `${formatCount(count)}: `, ...pids(named)])),
          event.stopped ? '; stopped before all had their turn.' : '.',
        ],
        event.by.reason,
      )
    }
    case 'looked':
      return tell('idle', 'search', 'Look', [actor, ` looked at ${LOOKED[event.what]} of `, ...pids([event.pid]), '.'], event.by.reason)
    case 'trace_started':
      return tell(
        'idle',
        'search',
        'Trace',
        [
          actor,
          ' traces messages of ',
          ...pids(event.pids),
          `, ${formatCount(event.messages)} at most, for ${formatDuration(event.forMs)}.`,
        ],
        event.by.reason,
      )
    case 'trace_ended':
      return tell(
        'idle',
        'search',
        'Trace',
        [
          ...(event.why === 'stopped' ? [actor, ' stopped the trace of '] : ['The trace of ']),
          ...pids(event.pids),
          `${TRACE_ENDS[event.why]}, after ${formatPlural(event.seen, 'message')}`,
          event.dropped === 0 ? '.' : `; ${formatCount(event.dropped)} more went by unseen.`,
        ],
        event.by.reason,
      )
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
