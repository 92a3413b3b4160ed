import type { EngineEvent } from '@strata/runtime'
import { countOf } from './format-figures.ts'

type ProcessEvent = Extract<EngineEvent, { type: 'suspended' | 'resumed' | 'exit_sent' | 'moved' | 'looked' }>

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

const LOOKED = { queue: 'queue', state: 'state', move: 'state and what a move would make of it' } as const

const SHOWN_MAX = 10

/** The first few by name. */
export function someOf(pids: readonly string[]): string {
  return pids.length <= SHOWN_MAX ? pids.join(', ') : `${pids.slice(0, SHOWN_MAX).join(', ')}, …`
}
