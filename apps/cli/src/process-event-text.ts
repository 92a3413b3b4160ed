import type { EngineEvent } from '@strata/runtime'
import { countOf } from './format-figures.ts'

type ProcessEvent = Extract<EngineEvent, { type: 'suspended' | 'resumed' | 'exit_sent' }>

/** What an operator did to single processes. */
export function processEventText(event: ProcessEvent): string {
  switch (event.type) {
    case 'suspended':
    case 'resumed':
      return `${countOf(event.pids.length, 'process', 'processes')} ${event.type}: ${someOf(event.pids)}`
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

const SHOWN_MAX = 10

/** The first few by name. */
export function someOf(pids: readonly string[]): string {
  return pids.length <= SHOWN_MAX ? pids.join(', ') : `${pids.slice(0, SHOWN_MAX).join(', ')}, …`
}
