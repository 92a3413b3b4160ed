import type { ServerEvent } from '@strata/server'
import type { Client } from './connection.ts'
import { accountEventSentence, pinnedBy, refusalReason } from '@strata/server/words'
import { WRITING } from './fault-sentence.ts'
import { processEventText, someOf } from './process-event-text.ts'
import { countOf, formatBytes, formatDuration } from './format-figures.ts'

type Line = Awaited<ReturnType<Client['activity']['list']['query']>>['lines'][number]
type OnData = NonNullable<Parameters<Client['live']['events']['subscribe']>[1]['onData']>
export type LiveData = Parameters<OnData>[0]['data']
/** What a line can be made of. */
export type ShownEvent = Line | Exclude<LiveData, { type: 'ready' | 'gap' | 'sampled' | 'told' }> | ServerEvent
type Reason = Extract<ShownEvent, { type: 'crashed' }>['crash']['reason']

/** One event as a sentence. Text from outside stays raw: the caller escapes it. */
export function eventText(event: ShownEvent): string {
  switch (event.type) {
    case 'loaded':
      return `${namesOf(event.modules)} loaded (${event.policy})${event.killed.length === 0 ? '' : `, ${processes(event.killed)} ended`}${by(event.by)}`
    case 'load_refused':
      return `load of ${event.modules.join(', ')} refused: ${event.code}${by(event.by)}`
    case 'soft_purged': {
      const purged = event.purged.map((number) => `${event.module}@${number}`)
      const pinned = event.pinned.map((one) => `${event.module}@${one.number} stays, ${pinnedBy(one, WRITING)}`)
      return `soft purge: ${[...purged.map((name) => `${name} purged`), ...pinned].join(', ') || 'nothing to purge'}${by(event.by)}`
    }
    case 'purged':
      return `${event.generations.map((number) => `${event.module}@${number}`).join(', ')} purged, ${processes(event.mark.killed)} ended${by({ actor: event.mark.by, reason: event.mark.reason })}`
    case 'deleted':
      return `${event.module}@${event.number} deleted${by(event.by)}`
    case 'rolled_back':
      return `${event.module} rolled back to ${event.module}@${event.to}${event.made === event.to ? '' : `, loaded again as ${event.module}@${event.made}`}${by(event.by)}`
    case 'held':
      return `${event.module} held${event.until === null ? '' : ` until ${event.until}`}${before(event.before ?? null)}${by(event.by)}`
    case 'released_hold':
      return `${event.module} released from the hold of ${event.holder}${before(event.before ?? null)}${by(event.by)}`
    case 'marked':
      return `${event.module}@${event.number} ${event.on ? 'marked' : 'no longer marked'} ${event.kind}${before(event.before ?? null)}${by(event.by)}`
    case 'retained':
      return `${event.module}@${event.number} is still in memory a minute after its purge; ./strata retainers ${event.module}@${event.number} tells who keeps it`
    case 'purged_code_reached':
      return `purged code of ${event.module}@${event.number} was reached ${countOf(event.count, 'time')} since its purge, last from ${callerText({ at: event.place, from: event.from })}`
    case 'retainers_read':
      return `the heap was read for who keeps ${event.module}@${event.number}: ${countOf(event.found, 'holder')}, the scheduler stood still for ${formatDuration(event.heldMs)}${by(event.by)}`
    case 'killed':
      return `${processes(event.pids)} killed: ${someOf(event.pids)}${event.pending.length === 0 ? '' : `; pending: ${someOf(event.pending)}`}${by(event.by)}`
    case 'upgraded':
      return `upgrade: ${event.moved.length} moved, ${event.notYet.length} not yet, ${event.ended.length} ended, ${event.refused.length} refused${by(event.by)}`
    case 'sent':
      return `message sent to ${event.pid}${by(event.by)}`
    case 'suspended':
    case 'resumed':
    case 'exit_sent':
    case 'moved':
    case 'looked':
    case 'trace_started':
    case 'trace_ended':
      return `${processEventText(event)}${by(event.by)}`
    case 'crashed': {
      const { pid, name, module, generation, reason } = event.crash
      return `${pid}${name === null ? '' : ` (${name})`} crashed${module === null ? '' : ` in ${module}@${generation}`}: ${reasonText(reason)}`
    }
    case 'crashes_dropped':
      return `${countOf(event.count, 'more crash', 'more crashes')}`
    case 'error':
      return `error: ${event.message}`
    case 'holding':
      return `scheduler ${event.scheduler} is ${event.kind === 'stuck' ? 'stuck in a native call' : 'held'}${event.pid === null ? '' : ` by ${event.pid}`}${event.place === null ? '' : ` at ${event.place}`}${event.waiting === 0 ? '' : `, ${countOf(event.waiting, 'process waits', 'processes wait')} behind it`}`
    case 'released':
      return `scheduler ${event.scheduler} goes on after ${formatDuration(event.heldMs)}`
    case 'long_turn':
      return `${event.pid} had scheduler ${event.scheduler} for ${formatDuration(event.tookMs)} in one turn${event.place === null ? '' : `, at ${event.place}`}`
    case 'scheduler_restarted':
      return `scheduler ${event.scheduler} ${event.by === null ? `ended: ${event.why}; it was started again` : 'restarted'}, ${countOf(event.lost, 'process', 'processes')} ended with it${event.pid === null ? '' : `, ${event.pid} was running`}${event.by === null ? '' : by(event.by)}`
    case 'safe_mode':
      return event.on
        ? `safe mode: no process of the system runs, because ${event.why}`
        : `safe mode left${event.by === undefined ? ` · ${event.actor ?? 'system'}` : by(event.by)}`
    case 'runtime_restarted':
      return `runtime restarted (${event.restarts}): ${event.why}`
    case 'started':
      return `${event.system} started with ${countOf(event.modules, 'module')}`
    case 'signed_in':
      return `${event.actor} signed in${event.how === undefined ? '' : ` by ${event.how}`}${event.from === undefined ? '' : ` from ${event.from}`}`
    case 'signed_out':
      return `${event.actor} signed out`
    case 'sign_in_refused':
      return `${event.times === 1 ? 'sign-in refused' : `${event.times} more sign-ins refused`}: ${event.why === 'password' ? 'name and password do not fit together' : event.why === 'oidc' ? 'what the provider said does not fit' : `the code was ${event.why}`}`
    case 'sign_in_link_made':
      return `sign-in link made by ${event.actor}`
    case 'act_refused':
      return `${(event.verb ?? event.call).replaceAll('-', ' ')}${event.modules.length === 0 ? '' : ` of ${event.modules.join(', ')}`} refused: ${refusalReason(event.code)}${wayOut(event.code)} · ${event.actor}`
    case 'act_cancelled':
      return `${event.title} (act ${event.act}) taken back before it began${by(event)}`
    case 'act_stopped':
      return `${event.title} (act ${event.act}) stopped${by(event)}`
    case 'act_interrupted':
      return `${event.title} (act ${event.act}) interrupted by the server's end${by(event)}`
    case 'content_read':
      return `${event.verb}${event.target === '' ? '' : ` of ${event.target}`} read · ${event.actor}`
    case 'handover_written':
      return `handover of the last ${countOf(event.hours, 'hour')} written · ${event.actor}`
    case 'limits_changed':
      return `settings: ${event.changes.map(({ limit, module, before, after }) => `${limit}${module === null ? '' : ` of ${module}`} ${before ?? 'default'} → ${after ?? 'default'}`).join(', ')}${by(event)}`
    case 'trail_exported':
      return `${countOf(event.entries, 'entry', 'entries')} of the trail exported (${event.format}) · ${event.actor}`
    case 'server_restarted':
      return `server restarted after a ${event.after}, away for ${formatDuration(event.downMs)}${event.safe ? ', in safe mode' : ''}${event.interrupted.length === 0 ? '' : `; interrupted acts: ${event.interrupted.join(', ')}`}`
    case 'server_stopped':
      return 'server stopped'
    case 'backup_made':
      return `backup ${event.path} made (${event.bytes} bytes) · ${event.actor}`
    case 'store_restored':
      return `store restored from ${event.path}${event.access === 'backup' ? ', accounts of the backup, its tokens revoked' : event.access === 'present' ? ', accounts and tokens as they were' : ''}${event.secondPerson === true ? ', a second person for purges' : ''} · ${event.actor}`
    default:
      return `${accountEventSentence(event).replace(/\.$/, '')}${'reason' in event && event.reason !== '' ? ` · ${event.reason}` : ''}`
  }
}

function reasonText(reason: Reason): string {
  switch (reason.type) {
    case 'exit':
      return `exit ${typeof reason.value === 'string' ? reason.value : JSON.stringify(reason.value)}`
    case 'error':
      return `${reason.name}: ${reason.message}`
    case 'killed':
      return `killed by ${reason.by}${reason.reason === '' ? '' : `: ${reason.reason}`}`
    case 'undef':
      return `undef ${reason.module}.${reason.export}`
    case 'heap_limit':
      return `filled its scheduler's memory${reason.at === null ? '' : ` at ${reason.at}`}: ${formatBytes(reason.bytes)} live, ${formatBytes(reason.limitBytes)} allowed`
    case 'normal':
    case 'scheduler_restarted':
    case 'noproc':
      return reason.type
  }
}

function namesOf(modules: readonly { readonly module: string; readonly number: number }[]): string {
  return modules.map(({ module, number }) => `${module}@${number}`).join(', ')
}

function processes(pids: readonly string[]): string {
  return countOf(pids.length, 'process', 'processes')
}

function by({ actor, reason }: { readonly actor: string; readonly reason: string }): string {
  return ` · ${actor}${reason === '' ? '' : `: ${reason}`}`
}

/** `room.ts:41 (room@7)`, or native code. */
export function callerText({ at, from }: { readonly at: string | null; readonly from: string | null }): string {
  if (at === null) return 'native code'
  return from === null ? at : `${at} (${from})`
}

/** What was there: a hold, with its end, or a mark. */
function before(what: { readonly by: string; readonly reason: string; readonly until?: string | null } | null): string {
  if (what === null) return ''
  const until = what.until === undefined || what.until === null ? '' : ` until ${what.until}`
  return ` (before: by ${what.by}${until}${what.reason === '' ? '' : `: ${what.reason}`})`
}

/** Of a refused act: what its actor can do. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  held: 'ask them, or ./strata release',
  marked_bad: './strata mark M@N bad --off lifts the mark',
  not_purged: '--old keep leaves them alone',
  still_read: 'load those again first',
  current_generation: 'load another one first',
  changed_meanwhile: 'make the plan again with --dry-run',
  plan_expired: '--dry-run makes another',
  plan_used: '--dry-run makes another',
  plan_required: '--dry-run makes one',
  approval_required: './strata approvals ask PLAN, then ./strata approve PLAN by somebody else',
  came_by_link: 'another person, or wait a day',
  same_person: './strata approve by somebody else',
  forbidden: './strata people says who has the role',
  unknown_module: './strata modules lists them',
  unknown_generation: './strata generations M lists them',
  unknown_pid: './strata ps lists who lives',
  safe_mode: './strata safe-mode leave',
  not_durable: 'look at the database, or the disk of the data folder',
  scheduler_held: './strata schedulers says by whom',
}

function wayOut(code: string): string {
  const way = WAYS_OUT[code]
  return way === undefined ? '' : ` (${way})`
}
