import { formatBytes, formatCount, formatDuration, formatPlural } from '@strata/ui'
import type { ActivityEvent } from '@strata/server'
import type { CrashFacts, ExitReason, FaultCode } from '@strata/runtime'
import { linkModule, linkProcesses } from '../../links.ts'
import { type EventSentence, generations, list, outside, type Part, pids, tell } from './sentence-parts.ts'
import { callerWords } from '../modules/remains-words.ts'
import { tellGuardEvent } from './guard-sentence.ts'
import { tellProcessEvent } from './process-sentence.ts'
import { tellServerEvent } from './server-sentence.ts'

/** Why a load was refused, where the code alone does not say it to who was not there. */
const LOAD_REFUSALS: Partial<Record<FaultCode, string>> = {
  invalid_source: 'it does not compile',
  unresolved_import: 'an import leads nowhere',
  compile_timeout: 'compiling took too long',
  body_failed: 'its body throws',
  body_timeout: 'its body does not end',
  too_large: 'it is too large',
  not_purged: 'processes pin older generations',
  held: 'the module is held',
  marked_bad: 'the content is marked bad',
  changed_meanwhile: 'another generation is current by now',
}

/** What happened, as a sentence with links. Total by types. */
export function tellEvent(event: ActivityEvent): EventSentence {
  switch (event.type) {
    case 'loaded': {
      const packages = event.packages.length === 0 ? '' : ` with ${event.packages.map(outside).join(', ')}`
      const ended = event.killed.length === 0 ? ['; nobody was ended.'] : ['; ended ', ...pids(event.killed), '.']
      return tell(
        'info',
        'upload',
        'Load',
        [outside(event.by.actor), ' loaded ', ...generations(event.modules), `${packages} under ${event.policy}`, ...ended],
        event.by.reason,
      )
    }
    case 'load_refused':
      return tell(
        'warn',
        'upload',
        'Refused load',
        [
          outside(event.by.actor),
          ' was refused a load of ',
          ...list(event.modules.map((name) => ({ text: name, to: linkModule(name) }))),
          `: ${LOAD_REFUSALS[event.code] ?? event.code}. Nothing changed.`,
        ],
        event.by.reason,
      )
    case 'soft_purged': {
      const removed: readonly Part[] =
        event.purged.length === 0
          ? [outside(event.by.actor), ' soft purged ', { text: event.module, to: linkModule(event.module) }, ': nothing was drained']
          : [outside(event.by.actor), ' soft purged ', ...generations(event.purged.map((number) => ({ module: event.module, number })))]
      const kept = event.pinned.flatMap(({ number, pins, readBy = [] }): Part[] => [
        `; ${event.module}@${number} stays`,
        ...(pins === 0
          ? []
          : [', pinned by ', { text: formatCount(pins), to: linkProcesses({ module: event.module, generation: number }) }]),
        ...(readBy.length === 0 ? [] : [', read by ', ...generations(readBy)]),
      ])
      return tell(event.purged.length === 0 ? 'idle' : 'good', 'trash', 'Soft purge', [...removed, ...kept, '.'], event.by.reason)
    }
    case 'purged':
      return tell(
        'bad',
        'trash',
        event.mark.kind === 'forced' ? 'Force purge' : 'Purge',
        [
          outside(event.mark.by),
          ' purged ',
          ...generations(event.generations.map((number) => ({ module: event.module, number }))),
          event.mark.killed.length === 0
            ? '; nobody was ended'
            : `; ended ${formatPlural(event.mark.killed.length, 'process', 'processes')}`,
          event.alsoEnded.length === 0 ? '' : `, ${formatCount(event.alsoEnded.length)} more fell with them`,
          event.skipped.length === 0 ? '' : `, ${formatCount(event.skipped.length)} had ended before`,
          '.',
        ],
        event.mark.reason,
      )
    case 'rolled_back':
      return tell(
        'info',
        'history',
        'Rollback',
        event.made === event.to
          ? [
              outside(event.by.actor),
              ' rolled back to ',
              ...generations([{ module: event.module, number: event.to }]),
              event.from === null ? '' : `, from generation ${event.from}`,
              '; nobody was ended.',
            ]
          : [
              outside(event.by.actor),
              ` loaded generation ${event.to} of ${event.module} again from its source, as `,
              ...generations([{ module: event.module, number: event.made }]),
              '; nobody was ended.',
            ],
        event.by.reason,
      )
    case 'retained':
      return tell('warn', 'trash', 'Still in memory', [
        ...generations([event]),
        ' is still in memory a minute after its purge: something reaches its code. ',
        { text: 'Its history', to: linkModule(event.module, { tab: 'history' }) },
        ' can tell what.',
      ])
    case 'purged_code_reached':
      return tell('warn', 'warning', 'Purged code reached', [
        'Purged code of ',
        ...generations([event]),
        ` was reached ${formatPlural(event.count, 'time')} since its purge, last from ${outside(callerWords({ at: event.place, from: event.from }))}. Each call threw PurgedCodeError.`,
      ])
    case 'retainers_read':
      return tell(
        'info',
        'search',
        'Retainers',
        [
          outside(event.by.actor),
          ' had the heap read for who keeps ',
          ...generations([event]),
          `: ${event.found === 0 ? 'nobody' : formatPlural(event.found, 'holder')}. The scheduler stood still for ${formatDuration(event.heldMs)}.`,
        ],
        event.by.reason,
      )
    case 'held':
    case 'released_hold':
    case 'marked':
      return tellGuardEvent(event)
    case 'deleted':
      return tell(
        'warn',
        'trash',
        'Delete',
        [
          outside(event.by.actor),
          ' deleted ',
          { text: event.module, to: linkModule(event.module) },
          `: generation ${event.number} is old now, calls through imports raise undef.`,
        ],
        event.by.reason,
      )
    case 'killed':
      return tell(
        'bad',
        'close',
        'Kill',
        [
          outside(event.by.actor),
          ...(event.pids.length === 0 ? [' killed nobody'] : [' killed ', ...pids(event.pids)]),
          ...(event.pending.length === 0 ? [] : ['; pending: ', ...pids(event.pending)]),
          ...(event.notFound.length === 0 ? [] : ['; already gone: ', ...pids(event.notFound)]),
          '.',
        ],
        event.by.reason,
      )
    case 'upgraded':
      return tell(
        'good',
        'arrowUp',
        'Upgrade',
        [
          outside(event.by.actor),
          ' asked for an upgrade: moved ',
          ...(event.moved.length === 0 ? ['nobody'] : pids(event.moved)),
          ...(event.notYet.length === 0 ? [] : ['; not yet: ', ...pids(event.notYet)]),
          ...(event.ended.length === 0 ? [] : ['; ended: ', ...pids(event.ended)]),
          ...(event.refused.length === 0 ? [] : ['; refused: ', ...pids(event.refused)]),
          '.',
        ],
        event.by.reason,
      )
    case 'sent':
      return tell(
        'idle',
        'chevronRight',
        'Message',
        [outside(event.by.actor), ' sent a message to ', ...pids([event.pid]), '.'],
        event.by.reason,
      )
    case 'suspended':
    case 'resumed':
    case 'exit_sent':
    case 'moved':
    case 'looked':
    case 'trace_started':
    case 'trace_ended':
      return tellProcessEvent(event)
    case 'crashed':
      return tell('bad', 'flame', 'Crash', tellCrash(event.crash), stackOf(event.crash.reason))
    case 'crashes_dropped':
      return tell('bad', 'flame', 'Crashes', [
        `${formatPlural(event.count, 'more crash', 'more crashes')} in a burst, not listed one by one.`,
      ])
    case 'error':
      return tell('bad', 'warning', 'Error', ['An error that no process owns.'], event.message)
    case 'holding':
      return tell('warn', 'warning', event.kind === 'stuck' ? 'Stuck' : 'Holding', [
        `Scheduler ${event.scheduler} is ${event.kind === 'stuck' ? 'stuck in one native call' : 'held'}`,
        ...(event.pid === null ? [] : [' by ', ...pids([event.pid])]),
        event.place === null ? '' : ` at ${outside(event.place)}`,
        event.waiting === 0 ? '.' : `; ${formatPlural(event.waiting, 'process waits', 'processes wait')} behind it.`,
      ])
    case 'released':
      return tell('good', 'check', 'Released', [`Scheduler ${event.scheduler} goes on after ${formatDuration(event.heldMs)}.`])
    case 'long_turn':
      return tell('warn', 'warning', 'Long turn', [
        ...pids([event.pid]),
        ` had scheduler ${event.scheduler} for ${formatDuration(event.tookMs)} in one turn${event.place === null ? '' : `, at ${outside(event.place)}`}: nobody else there ran.`,
      ])
    case 'scheduler_restarted':
      return tell(
        'warn',
        'warning',
        'Scheduler',
        [
          event.by === null ? `Scheduler ${event.scheduler} ended and was started again; ` : '',
          ...(event.by === null ? [] : [outside(event.by.actor), ` restarted scheduler ${event.scheduler}; `]),
          `${formatPlural(event.lost, 'process', 'processes')} ended with it`,
          ...(event.pid === null ? ['.'] : [', while ', ...pids([event.pid]), ' ran.']),
        ],
        event.by === null ? event.why : event.by.reason,
      )
    case 'safe_mode':
      return event.on
        ? tell('bad', 'warning', 'Safe mode', ['No process of the system runs, until somebody leaves safe mode.'], event.why)
        : tell(
            'good',
            'play',
            'Safe mode',
            [`${outside(event.actor ?? 'system')} left safe mode: what is current was started.`],
            event.by?.reason,
          )
    case 'runtime_restarted':
      return tell(
        'warn',
        'warning',
        'Runtime',
        [`The runtime ended and was brought back with the same generations (restart ${event.restarts}).`],
        event.why,
      )
    case 'started':
      return tell('good', 'play', 'Start', [`${outside(event.system)} started with ${formatPlural(event.modules, 'module')}.`])
    default:
      return tellServerEvent(event)
  }
}

function tellCrash(crash: CrashFacts): readonly Part[] {
  const place: readonly Part[] =
    crash.module === null
      ? []
      : crash.generation === null
        ? [' in ', { text: crash.module, to: linkModule(crash.module) }]
        : [' in ', ...generations([{ module: crash.module, number: crash.generation }])]
  return [
    ...pids([crash.pid]),
    crash.name === null ? '' : ` (${outside(crash.name)})`,
    ' ended',
    ...place,
    `: ${outside(tellReason(crash.reason))}.`,
  ]
}

function tellReason(reason: ExitReason): string {
  switch (reason.type) {
    case 'exit':
      return `exit ${typeof reason.value === 'string' ? reason.value : (JSON.stringify(reason.value) ?? 'undefined')}`
    case 'error':
      return `${reason.name}: ${reason.message}`
    case 'killed':
      return reason.reason === '' ? `killed by ${reason.by}` : `killed by ${reason.by}, ${reason.reason}`
    case 'undef':
      return `undef, ${reason.module} has no ${reason.export}`
    case 'heap_limit':
      return `it filled its scheduler's memory${reason.at === null ? '' : ` at ${reason.at}`}, ${formatBytes(reason.bytes)} live of ${formatBytes(reason.limitBytes)} allowed`
    default:
      return reason.type.replaceAll('_', ' ')
  }
}

function stackOf(reason: ExitReason): string {
  return reason.type === 'error' || reason.type === 'undef' ? reason.stack : ''
}
