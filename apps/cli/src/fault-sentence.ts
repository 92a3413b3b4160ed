import type { ClientFault } from '@strata/server'
import { accountSentence, forbiddenSentence } from '@strata/server/words'
import { countFindings, diagnosticText } from './diagnostic-text.ts'
import { countOf, formatBytes, formatDuration } from './format-figures.ts'

/** What went wrong and the way out, naming this command line's verbs. Facts from outside stay raw: the caller escapes them. */
export function faultSentence(fault: ClientFault): string {
  switch (fault.code) {
    case 'not_purged': {
      const which = fault.generations.map((one) => `${fault.module}@${one.number} (${pinnedBy(one)})`).join(', ')
      return `${fault.module} still has old generations: ${which}. Load with --old keep to leave them alone, or see ./strata pins ${fault.module}.`
    }
    case 'still_read': {
      const readers = fault.by.map(({ module, number }) => `${module}@${number}`)
      return `${readers.join(', ')} ${readers.length === 1 ? 'was' : 'were'} built with ${fault.module}@${fault.number} and would break. Load ${[...new Set(fault.by.map(({ module }) => module))].join(', ')} again (--again), purge ${readers.join(', ')}, then this one.`
    }
    case 'changed_meanwhile':
      return `Nothing was done: ${fault.changes.map(changeText).join('; ') || 'the state has changed since'}. ${
        fault.plan === null
          ? 'Ask again.'
          : `Plan ${fault.plan.id} is for the state as it is now: look at it with the same line and --dry-run, or execute it with --plan ${fault.plan.id} --yes.`
      }`
    case 'current_generation':
      return `${fault.module}@${fault.number} is the current generation, and only old ones are purged. Load a newer one first, or ./strata delete ${fault.module}.`
    case 'unknown_module':
      return `There is no module ${fault.module}. ./strata modules lists them.`
    case 'unknown_generation':
      return `${fault.module} has no generation ${fault.number} that is loaded. ./strata generations ${fault.module} lists them.`
    case 'unknown_pid':
      return `There is no process ${fault.pid}; it may have ended. ./strata ps lists those that live.`
    case 'unknown_trace':
      return `There is no trace ${fault.trace}: it ended long ago, or the runtime was started again since.`
    case 'unknown_scheduler':
      return `There is no scheduler ${fault.scheduler}. ./strata schedulers lists them.`
    case 'invalid_name':
      return `${fault.name} cannot be a module's name: ${fault.why}. Name the module with --as.`
    case 'invalid_source':
      return `Nothing was loaded: ${countFindings(fault.diagnostics)}.\n${diagnosticText(fault.diagnostics)}`
    case 'unresolved_import':
      return `Nothing was loaded, for an import leads nowhere:\n${diagnosticText(fault.diagnostics)}`
    case 'invalid_message':
      return `This cannot be sent: ${fault.why}${fault.path === '' ? '' : ` (at ${fault.path})`}.`
    case 'compile_timeout':
      return `Compiling took longer than ${formatDuration(fault.limitMs)} and was stopped. Nothing was loaded.`
    case 'compiler_failed':
      return `The compiler ended on this source: ${fault.why}. Nothing was loaded; the next load gets a new compiler.`
    case 'compiler_busy':
      return `${fault.waiting} compilations wait already, ${fault.limit} may. Try again in a moment.`
    case 'body_failed':
      return `The body of ${fault.module} threw while it was tried: ${fault.error}. Nothing was loaded.`
    case 'body_timeout':
      return `The body of ${fault.module} had not ended after ${formatDuration(fault.limitMs)}. Nothing was loaded; look for a loop at the top level of the file.`
    case 'too_large':
      if (fault.what.startsWith('trace')) return traceLimit(fault)
      return `Too large: the ${fault.what} has ${amount(fault.what, fault.size)}, ${amount(fault.what, fault.limit)} is the limit.`
    case 'no_upgrade':
      return `${fault.targets.map(({ module, number }) => `${module}@${number}`).join(', ') || 'It'} exports no upgrade message, so nobody can ask its processes to move on.`
    case 'name_registered':
      return `A process is registered as ${fault.name} already. ./strata ps --search ${fault.name} shows it.`
    case 'call_timeout':
      return `Process ${fault.pid} did not answer within ${formatDuration(fault.deadlineMs)}.`
    case 'process_ended':
      return `Process ${fault.pid} ended before it answered: ${fault.why}.`
    case 'invalid_reason':
      return fault.why === 'kill'
        ? 'kill is no reason that a process could trap: ./strata kill ends it wherever it is.'
        : `An exit reason is a text of 1 to ${fault.limit} characters.`
    case 'snapshot_failed':
      return `The heap snapshot could not be read: ${fault.why}. Nothing was changed; the scheduler goes on.`
    case 'nothing_to_do':
      return `There is nothing to do: ${fault.why}.`
    case 'scheduler_held':
      return `A scheduler has been held for ${formatDuration(fault.heldMs)}${fault.pid === null ? '' : ` by process ${fault.pid}${fault.at === null ? '' : ` at ${fault.at}`}`}, so nothing can be loaded. ${
        fault.pid === null
          ? 'Try again.'
          : `End it with ./strata kill ${fault.pid}; where that stays pending, ./strata schedulers shows the other way. load --late join does not wait for it.`
      }`
    case 'held':
      return `${fault.module} is held by ${fault.by}${fault.reason === '' ? '' : ` (${fault.reason})`}${fault.until === null ? '' : ` until ${fault.until}`}: loads, rollbacks and deletes by others wait. Ask ${fault.by}, or end the hold with ./strata release ${fault.module}.`
    case 'marked_bad':
      return `This is the content of ${fault.module}@${fault.number}, which ${fault.by} marked bad${fault.reason === '' ? '' : ` (${fault.reason})`}. Load something else, or lift the mark with ./strata mark ${fault.module}@${fault.number} bad --off.`
    case 'runtime_down':
      return `The runtime is not there: ${fault.why}. The server starts it again; try in a moment.`
    case 'safe_mode':
      return `The system is in safe mode (${fault.why}): none of its processes run. Roll back what was loaded last, then ./strata safe-mode leave starts them.`
    case 'not_durable':
      return fault.done
        ? `It is done, but the store could not be written (${fault.why}), so that a crash now would forget it. The server tries on by itself; look at the database or the disk of the data folder.`
        : `Refused: the store cannot be written (${fault.why}), so that nothing can be kept. The server tries on by itself; look at the database or the disk of the data folder.`
    case 'source_removed':
      return `The text of ${fault.module}@${fault.number} is no longer kept; its history is. Load the source from your repository.`
    case 'unauthenticated':
      return fault.why === 'wrong_token'
        ? 'The server does not know this token. Is STRATA_TOKEN, or STRATA_DATA, the one that the server was started with?'
        : 'Not signed in. On the server’s machine run this as the account that started it (it reads data/token, or token in STRATA_DATA); elsewhere set STRATA_TOKEN.'
    case 'invalid_code':
      return `This sign-in code is ${fault.why === 'unknown' ? 'not known' : fault.why}. ./strata sign-in prints a fresh link.`
    case 'invalid_credentials':
    case 'weak_password':
    case 'unknown_person':
    case 'person_disabled':
    case 'name_taken':
    case 'owner_fixed':
    case 'identity_taken':
    case 'unknown_session':
    case 'no_provider':
    case 'unknown_token':
    case 'too_many_tokens':
    case 'same_person':
    case 'came_by_link':
    case 'signed_already':
      return `${accountSentence(fault)}${LISTED_BY[fault.code] ?? ''}`
    case 'forbidden':
      return forbiddenSentence(fault)
    case 'plan_required':
      return 'This needs a plan first: run it with --dry-run, then with --plan ID --yes.'
    case 'approval_required':
      return fault.asked
        ? `Nobody else has approved plan ${fault.plan} yet: ./strata approve ${fault.plan} by another person, then --plan ${fault.plan} --yes.`
        : `A second person has to approve it first: ./strata approvals ask ${fault.plan} --reason WHY, or --break-glass --reason WHY if it cannot wait.`
    case 'unknown_plan':
      return `There is no plan ${fault.plan}. Make one with --dry-run.`
    case 'plan_used':
      return `Plan ${fault.plan} has been executed already. Make another with --dry-run.`
    case 'plan_expired':
      return `Plan ${fault.plan} expired at ${fault.expiredAt}. Make another with --dry-run.`
    case 'too_many_plans':
      return `${fault.limit} plans of yours are open already; the oldest expires within five minutes.`
    case 'too_many_limits':
      return `${fault.limit} modules have limits of their own already. Take those of another one back first.`
    case 'unknown_act':
      return `There is no act ${fault.act}. ./strata events lists what was done.`
    case 'act_cannot':
      return fault.wanted === 'stop' && fault.status === 'running'
        ? `Act ${fault.act} is done in one step: there is nothing to stop.`
        : `Act ${fault.act} is ${fault.status}: too late to ${fault.wanted === 'now' ? 'hurry' : fault.wanted} it.`
    case 'interrupted':
      return `The server ended while this act ran. ${fault.done.length === 0 ? 'The history shows nothing of it as done.' : `The history shows it as done for ${fault.done.join(', ')}.`}`
    case 'stopping':
      return 'The server is stopping and takes no more acts. Nothing was done.'
    case 'store_away':
      return `The store cannot be read now (${fault.why}), and the server tries on by itself. Ask again in a moment.`
    case 'backup_failed':
      return `No backup was made: ${fault.why}.`
    case 'invalid_input':
      return `The server does not accept this: ${fault.issues.map(({ path, message }) => `${path.length === 0 ? '' : `${path.join('.')}: `}${message}`).join('; ')}.`
    case 'too_many_requests':
      return `Too many requests; try again in ${formatDuration(fault.retryAfterMs)}.`
    case 'too_many_streams':
      return `${fault.limit} event streams are open already. Close one.`
    case 'unknown_crash':
      return `No message of the crash of ${fault.pid} is kept. ./strata crashes lists the reports.`
    case 'batch_too_large':
      return `${fault.size} calls in one request; ${fault.limit} is the limit.`
    case 'payload_too_large':
      return `The request${fault.size === null ? '' : ` has ${formatBytes(fault.size)} and`} is too large; ${formatBytes(fault.limit)} is the limit.`
    case 'method_not_allowed':
      return `The server takes ${fault.allowed} here. Are ./strata and the server of one version?`
    case 'unsupported_media_type':
      return `The server takes ${fault.expected} here. Are ./strata and the server of one version?`
    case 'misdirected':
      return `The server does not answer to ${fault.host}. Use --url with ${fault.expected.join(' or ')}.`
    case 'not_found':
      return `The server has no ${fault.path}. Are ./strata and the server of one version?`
    case 'internal':
      return `The server failed; its log names this as ${fault.id}.`
  }
}

/** `pinned by 3 processes`, `read by shapes@1`, or `drained`. */
export function pinnedBy({ pins, readBy = [] }: Extract<ClientFault, { code: 'not_purged' }>['generations'][number]): string {
  const words = [
    ...(pins === 0 ? [] : [`pinned by ${countOf(pins, 'process', 'processes')}`]),
    ...(readBy.length === 0 ? [] : [`read by ${readBy.map(({ module, number }) => `${module}@${number}`).join(', ')}`]),
  ]
  return words.length === 0 ? 'drained' : words.join(', ')
}

/** The verb that shows what there is. */
const LISTED_BY: Readonly<Partial<Record<ClientFault['code'], string>>> = {
  unknown_person: ' ./strata people lists who there is.',
  person_disabled: ' ./strata people enable does.',
  unknown_session: ' ./strata sessions lists yours.',
  unknown_token: ' ./strata tokens lists them.',
}

function changeText(change: Extract<ClientFault, { code: 'changed_meanwhile' }>['changes'][number]): string {
  switch (change.type) {
    case 'current':
      return `${change.module} has ${generationText(change.is)} current, and this was decided on ${generationText(change.was)}`
    case 'one_more':
      return `process ${change.victim.pid} would be hit too`
    case 'generation_gone':
      return `${change.module}@${change.number} is gone`
    case 'source':
      return `the source of ${change.module} is another one`
    case 'scheduler_restarted':
      return `scheduler ${change.scheduler} was restarted since, and its processes are others`
    case 'holder':
      return change.is === null
        ? `process ${change.was} no longer holds scheduler ${change.scheduler}`
        : `process ${change.is} holds scheduler ${change.scheduler}, no longer ${change.was}`
  }
}

function generationText(number: number | null): string {
  return number === null ? 'no generation' : `generation ${number}`
}

function traceLimit({ what, limit, size }: Extract<ClientFault, { code: 'too_large' }>): string {
  switch (what) {
    case 'trace_ms':
      return `A trace runs for ${formatDuration(limit)} at most, not ${formatDuration(size)}: --for ${limit / 1_000}s.`
    case 'trace_processes':
      return `A trace is of ${limit} processes at most, not ${size}: narrow the choice.`
    case 'traces':
      return `${limit} traces run already; each ends by itself within a minute.`
    default:
      return `A trace shows ${limit} messages at most, not ${size}: --messages ${limit}.`
  }
}

function amount(what: Extract<ClientFault, { code: 'too_large' }>['what'], count: number): string {
  if (what === 'files') return countOf(count, 'file')
  if (what === 'page') return countOf(count, 'row')
  if (what === 'plan') return countOf(count, 'process', 'processes')
  if (what === 'filter') return countOf(count, 'character')
  return formatBytes(count)
}
