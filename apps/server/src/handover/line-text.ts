import { accountEventSentence } from '../words/account-event-sentence.ts'
import { LIMIT_LABELS } from '../words/limit-labels.ts'
import { refusalReason } from '../words/refusal-reason.ts'
import type { ActivityLine } from '../activity/activity-event.ts'
import type { LimitName } from '../settings/limits.ts'

/** Processes that a line names; of more it tells how many. */
const NAMED_MAX = 3

/**
 * What was done and to whom, as a line of a handover says it behind its actor; `null` for what is no act (crashes are counted apart, reads and sign-ins left
 * out). Total by types. Raw text.
 */
export function actText(line: ActivityLine): string | null {
  switch (line.type) {
    case 'loaded':
      return `loaded ${names(line.modules)} (${line.policy})${ended(line.killed.length)}`
    case 'load_refused':
      return `was refused a load of ${line.modules.join(', ')}: ${line.code.replaceAll('_', ' ')}`
    case 'soft_purged':
      return line.purged.length === 0 ? null : `soft-purged ${line.purged.map((number) => `${line.module}@${number}`).join(', ')}`
    case 'purged':
      return `purged ${line.generations.map((number) => `${line.module}@${number}`).join(', ')} by force${ended(line.mark.killed.length)}`
    case 'rolled_back':
      return `rolled ${line.module} back to ${line.module}@${line.to}${line.made === line.to ? '' : `, loaded again as ${line.module}@${line.made}`}`
    case 'deleted':
      return `deleted ${line.module}@${line.number}`
    case 'held':
      return `held ${line.module}${line.until === null ? '' : ` until ${line.until}`}`
    case 'released_hold':
      return `released ${line.module} from the hold of ${line.holder}`
    case 'marked':
      return `${line.on ? 'marked' : 'no longer marks'} ${line.module}@${line.number} ${line.kind}`
    case 'killed':
      return `killed ${whom(line.pids)}${groups([
        ['inside a native call still', line.pending],
        ['gone before', line.notFound],
      ])}`
    case 'upgraded':
      return `asked for an upgrade: ${whom(line.moved)} moved${groups([
        ['not yet', line.notYet],
        ['ended before', line.ended],
        ['cannot', line.refused],
      ])}`
    case 'moved':
      return `moved ${countOf(line.moved, 'process', 'processes')}${line.modules.length === 0 ? '' : ` to ${names(line.modules)}`}${groups([
        ['failed', line.failed, line.total.failed],
        ['skipped', line.skipped, line.total.skipped],
      ])}${line.stopped ? '; stopped before all had their turn' : ''}`
    case 'exit_sent':
      return `sent the exit signal "${line.exitReason}": ${whom(line.ended)} ended${groups([
        ['still unwinding', line.exiting],
        ['got it as a message', line.trapped],
        ['not concerned', line.ignored],
      ])}`
    case 'sent':
      return sentText([line.pid])
    case 'suspended':
      return `suspended ${whom(line.pids)}`
    case 'resumed':
      return `resumed ${whom(line.pids)}`
    case 'scheduler_restarted':
      return `${line.by === null ? `scheduler ${line.scheduler} ended (${line.why}) and was started again` : `restarted scheduler ${line.scheduler}`}: ${countOf(line.lost, 'process', 'processes')} ended with it`
    case 'safe_mode':
      return line.on ? `safe mode: ${line.why}` : 'left safe mode'
    case 'runtime_restarted':
      return `the runtime was restarted: ${line.why}`
    case 'server_restarted':
      return `the server restarted after a ${line.after}${line.interrupted.length === 0 ? '' : `; interrupted acts: ${line.interrupted.join(', ')}`}`
    case 'server_stopped':
      return 'the server was stopped'
    case 'act_cancelled':
      return `took back before it began: ${line.title}`
    case 'act_stopped':
      return `stopped half-way: ${line.title}`
    case 'act_interrupted':
      return `was interrupted by the server’s end in ${line.title}`
    case 'act_refused':
      return `was refused ${(line.verb ?? line.call).replaceAll('-', ' ')}${line.modules.length === 0 ? '' : ` of ${line.modules.join(', ')}`}: ${refusalReason(line.code)}`
    case 'backup_made':
      return `made a backup: ${line.path}`
    case 'store_restored':
      return `restored the backup ${line.path}`
    case 'limits_changed':
      return `changed limits: ${line.changes.map(({ limit, module, before, after }) => `“${LIMIT_LABELS[limit].toLowerCase()}” of ${module ?? 'all modules'} from ${limitText(limit, before)} to ${limitText(limit, after)}`).join(', ')}`
    case 'retained':
      return `${line.module}@${line.number} is still in memory a minute after its purge`
    case 'error':
      return `error: ${line.message}`
    case 'content_read':
    case 'looked':
    case 'trace_started':
    case 'trace_ended':
    case 'handover_written':
    case 'trail_exported':
    case 'signed_in':
    case 'signed_out':
    case 'sign_in_refused':
    case 'sign_in_link_made':
    case 'crashed':
    case 'crashes_dropped':
    case 'holding':
    case 'released':
    case 'long_turn':
    case 'started':
    case 'purged_code_reached':
    case 'retainers_read':
      return null
    default:
      // The sentence begins with its actor, who stands before the line.
      return accountEventSentence(line).slice(line.actor.length).trim().replace(/\.$/, '')
  }
}

/** Of messages that one actor sent, one after the other. */
export function sentText(pids: readonly string[]): string {
  const to = [...new Set(pids)]
  return `sent ${pids.length === 1 ? 'a message' : `${pids.length} messages`} to ${whom(to)}`
}

/** `1.4`, `3 processes (1.4, 1.5, 1.9)`, or `nobody`. */
function whom(pids: readonly string[], count = pids.length): string {
  if (count === 0) return 'nobody'
  const [first, ...others] = pids
  if (count === 1 && first !== undefined && others.length === 0) return first
  const named = pids.slice(0, NAMED_MAX)
  const rest = count - named.length
  return `${countOf(count, 'process', 'processes')} (${[...named, ...(rest === 0 ? [] : [`${rest} more`])].join(', ')})`
}

/** What became of those for whom it went otherwise; `count` where not all are named. */
function groups(of: readonly (readonly [word: string, pids: readonly string[], count?: number])[]): string {
  return of.map(([word, pids, count = pids.length]) => (count === 0 ? '' : `; ${word}: ${whom(pids, count)}`)).join('')
}

function names(modules: readonly { readonly module: string; readonly number: number }[]): string {
  return modules.map(({ module, number }) => `${module}@${number}`).join(', ')
}

function limitText(limit: LimitName, value: number | null): string {
  if (value === null) return 'the default'
  if (!limit.endsWith('Ms')) return String(value)
  const seconds = Math.round(value / 1_000)
  return seconds % 3_600 === 0 ? `${seconds / 3_600} h` : seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}

function ended(count: number): string {
  return count === 0 ? '' : `, ${countOf(count, 'process', 'processes')} ended`
}

export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
