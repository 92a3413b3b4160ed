import type { EngineEvent } from '@strata/runtime'
import { countOf, formatDuration } from './format-figures.ts'

type ProcessEvent = Extract<
  EngineEvent,
  { type: 'suspended' | 'resumed' | 'exit_sent' | 'moved' | 'looked' | 'trace_started' | 'trace_ended' }
>

/** What an operator did to single processes. */
export function processEventText(event: ProcessEvent): string {
  switch (event.type) {
    case 'suspended':
    case 'resumed':
      return `${countOf(event.pids.length, 'process', 'processes')} ${event.type}: ${someOf(event.pids)}`
    case 'moved': {
      const to = event.modules.map(({ module, number }) => `${module}@${number}`).join(', ')
      const named = [
        ['failed', event.failed, event.total.failed],
        ['skipped', event.skipped, event.total.skipped],
      ] as const
      const rest = named.flatMap(([word, pids, count]) => (count === 0 ? [] : `; ${count} ${word}: ${someOf(pids)}`)).join('')
      return `${countOf(event.moved, 'process', 'processes')} moved${to === '' ? '' : ` to ${to}`}${rest}${event.stopped ? '; stopped before all had their turn' : ''}`
    }
    case 'looked':
      return `${LOOKED[event.what]} of ${event.pid} looked at`
    case 'trace_started':
      return `messages of ${someOf(event.pids)} traced, ${event.messages} at most, for ${formatDuration(event.forMs)}`
    case 'trace_ended':
      return `trace of ${someOf(event.pids)} ended: ${TRACE_ENDS[event.why]}; ${countOf(event.seen, 'message')} seen${event.dropped === 0 ? '' : `, ${event.dropped} more went by`}`
    case 'exit_sent': {
      const parts = [
        ['ended', event.ended],
        ['unwinding', event.exiting],
        ['trapped it', event.trapped],
        ['not concerned', event.ignored],
      ] as const
      const told = parts.flatMap(([word, pids]) => (pids.length === 0 ? [] : `${word}: ${someOf(pids)}`))
      return `exit signal ${event.exitReason}; ${told.join('; ') || 'nobody was there'}`
    }
  }
}

/** Why a trace is over. */
export const TRACE_ENDS = {
  messages: 'its limit of messages was reached',
  time: 'its time was over',
  stopped: 'it was stopped',
  ended: 'none of its processes lives',
} as const

const LOOKED = { queue: 'queue', state: 'state', move: 'state and what a move would make of it' } as const

const SHOWN_MAX = 10

/** The first few by name. */
export function someOf(pids: readonly string[]): string {
  return pids.length <= SHOWN_MAX ? pids.join(', ') : `${pids.slice(0, SHOWN_MAX).join(', ')}, …`
}
