import { refusalReason } from '../words/refusal-reason.ts'
import type { ActivityLine } from '../activity/activity-event.ts'

/** What was done, as a line of a handover says it; `null` for what is no act (crashes are counted apart, reads and sign-ins left out). Raw text. */
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
      return `ended ${countOf(line.pids.length, 'process', 'processes')}${line.pending.length === 0 ? '' : `, ${line.pending.length} pending`}`
    case 'upgraded':
      return `upgraded: ${line.moved.length} moved, ${line.notYet.length} not yet, ${line.ended.length} ended, ${line.refused.length} refused`
    case 'sent':
      return `sent a message to ${line.pid}`
    case 'suspended':
      return `suspended ${countOf(line.pids.length, 'process', 'processes')}`
    case 'resumed':
      return `resumed ${countOf(line.pids.length, 'process', 'processes')}`
    case 'scheduler_restarted':
      return `scheduler ${line.scheduler} was restarted (${line.why}), ${countOf(line.lost, 'process', 'processes')} ended with it`
    case 'safe_mode':
      return line.on ? `safe mode: ${line.why}` : 'left safe mode'
    case 'runtime_restarted':
      return `the runtime was restarted: ${line.why}`
    case 'server_restarted':
      return `the server restarted after a ${line.after}${line.interrupted.length === 0 ? '' : `; interrupted acts: ${line.interrupted.join(', ')}`}`
    case 'server_stopped':
      return 'the server was stopped'
    case 'act_interrupted':
      return `was interrupted by the server’s end in ${line.title}`
    case 'act_refused':
      return `was refused ${(line.verb ?? line.call).replaceAll('-', ' ')}${line.modules.length === 0 ? '' : ` of ${line.modules.join(', ')}`}: ${refusalReason(line.code)}`
    case 'backup_made':
      return `made a backup: ${line.path}`
    case 'store_restored':
      return `restored the backup ${line.path}`
    case 'limits_changed':
      return `changed limits: ${line.changes.map(({ limit, module, after }) => `${limit}${module === null ? '' : ` of ${module}`} ${after ?? 'default'}`).join(', ')}`
    case 'retained':
      return `${line.module}@${line.number} is still in memory a minute after its purge`
    case 'error':
      return `error: ${line.message}`
    case 'content_read':
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
      return line.type.replaceAll('_', ' ')
  }
}

function names(modules: readonly { readonly module: string; readonly number: number }[]): string {
  return modules.map(({ module, number }) => `${module}@${number}`).join(', ')
}

function ended(count: number): string {
  return count === 0 ? '' : `, ${countOf(count, 'process', 'processes')} ended`
}

export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
