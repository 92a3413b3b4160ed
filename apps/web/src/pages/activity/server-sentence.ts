import { formatBytes, formatDuration, formatPlural } from '@strata/ui'
import type { ServerEvent } from '@strata/server'
import { linkAct, linkModule } from '../../links.ts'
import { tellAccountEvent } from './account-event-sentence.ts'
import { limitLabel, limitValue } from '../settings/limit-words.ts'
import { READ_WORDS, readTarget, refusalReason, refusedAct } from './refusal-words.ts'
import { type EventSentence, list, outside, type Part, tell } from './sentence-parts.ts'

/** What the server itself did and refused. Total by types. */
export function tellServerEvent(event: ServerEvent): EventSentence {
  switch (event.type) {
    case 'signed_in':
      return tell(
        'idle',
        'signOut',
        'Sign-in',
        [`${outside(event.actor)} signed in${event.how === undefined ? '' : ` by ${event.how}`}.`],
        event.from === undefined ? '' : `from ${outside(event.from)}`,
      )
    case 'signed_out':
      return tell('idle', 'signOut', 'Sign-out', [`${outside(event.actor)} signed out.`])
    case 'sign_in_refused':
      return tell('warn', 'signOut', 'Sign-in', [
        event.times === 1 ? 'A sign-in was refused' : `${event.times} more sign-ins were refused`,
        `: ${REFUSED_SIGN_INS[event.why]}.`,
      ])
    case 'sign_in_link_made':
      return tell('idle', 'signOut', 'Sign-in', [`${outside(event.actor)} made a sign-in link.`])
    case 'act_refused': {
      const modules = list(event.modules.map((name) => ({ text: name, to: linkModule(name) })))
      return tell('warn', 'lock', 'Refused', [
        `${outside(event.actor)} was refused ${refusedAct(event)}`,
        ...(modules.length === 0 ? [] : [' of ', ...modules]),
        `: ${refusalReason(event.code)}. Nothing changed.`,
      ])
    }
    case 'act_cancelled':
      return tell(
        'idle',
        'close',
        'Cancelled',
        [
          `${outside(event.actor)} took back `,
          { text: outside(event.title), to: linkAct(event.act) },
          ' before it began. Nobody was touched.',
        ],
        outside(event.reason),
      )
    case 'act_stopped':
      return tell(
        'warn',
        'pause',
        'Stopped',
        [`${outside(event.actor)} stopped `, { text: outside(event.title), to: linkAct(event.act) }, '.'],
        outside(event.reason),
      )
    case 'act_interrupted':
      return tell(
        'bad',
        'history',
        'Interrupted',
        [`The server ended within an act of ${outside(event.actor)}: `, { text: outside(event.title), to: linkAct(event.act) }, '.'],
        outside(event.reason),
      )
    case 'content_read': {
      const what = READ_WORDS[event.verb] ?? outside(event.verb)
      return tell('idle', 'file', 'Read', [
        `${outside(event.actor)} read the ${what}`,
        ...(event.target === '' ? [] : [' of ', readTarget(event.target, event.modules)]),
        '.',
      ])
    }
    case 'handover_written':
      return tell('idle', 'file', 'Handover', [
        `${outside(event.actor)} wrote a handover of the last ${formatPlural(event.hours, 'hour')}.`,
      ])
    case 'limits_changed': {
      const told = event.changes.flatMap(({ limit, module, before, after }, index): readonly Part[] => [
        `${index === 0 ? '' : '; '}“${limitLabel(limit)}” of `,
        module === null ? 'all modules' : { text: module, to: linkModule(module) },
        ` from ${limitValue(limit, before)} to ${limitValue(limit, after)}`,
      ])
      return tell('info', 'lock', 'Settings', [`${outside(event.actor)} set `, ...told, '.'], event.reason)
    }
    case 'trail_exported':
      return tell(
        'warn',
        'copy',
        'Export',
        [
          `${outside(event.actor)} exported ${formatPlural(event.entries, 'entry', 'entries')} of this trail as ${event.format === 'csv' ? 'a table' : 'JSON lines'}.`,
        ],
        `up to entry ${event.newest}, ${event.head}`,
      )
    case 'server_restarted': {
      const acts = list(event.interrupted.map((id): Part => ({ text: id, to: linkAct(id) })))
      return tell(
        event.after === 'crash' ? 'bad' : 'info',
        'history',
        'Restart',
        [
          `The server restarted after ${event.after === 'crash' ? 'a crash' : 'a stop'}, away for ${formatDuration(event.downMs)}; the same generations are current`,
          ...(acts.length === 0 ? [] : ['; interrupted: ', ...acts]),
          '.',
        ],
        event.safe ? 'In safe mode: no process of the system was started.' : '',
      )
    }
    case 'server_stopped':
      return tell('info', 'pause', 'Stop', ['The server was stopped.'])
    case 'backup_made':
      return tell(
        'good',
        'copy',
        'Backup',
        [`${outside(event.actor)} made a backup of ${formatBytes(event.bytes)}: ${outside(event.path)}.`],
        `newest entry ${event.head}`,
      )
    case 'store_restored':
      return tell(
        'warn',
        'history',
        'Restore',
        [
          `${outside(event.actor)} restored the backup ${outside(event.path)}; what happened after it was made is not in this trail. ${RESTORED_ACCESS[event.access ?? 'unknown']}${event.secondPerson === true ? ' Purges by force take a second person.' : ''}`,
        ],
        `newest entry of the backup ${event.head}`,
      )
    default:
      return tellAccountEvent(event)
  }
}

const RESTORED_ACCESS = {
  present: 'Accounts and tokens stayed as they were.',
  backup: 'Accounts are those of the backup: look who may come in. None of its tokens works any more.',
  unknown: '',
} as const

const REFUSED_SIGN_INS = {
  unknown: 'the link is not known',
  spent: 'the link is spent',
  expired: 'the link is expired',
  password: 'name and password do not fit together',
  oidc: 'what the provider said does not fit',
} as const
