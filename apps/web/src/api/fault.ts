import { formatBytes, formatCount, formatDuration, formatPlural, formatUtc, showInvisible, truncate } from '@strata/ui'
import type { ActView, ClientFault } from '@strata/server'
import type { Diagnostic, PlanChange } from '@strata/runtime'
import {
  linkActivity,
  linkAct,
  linkActs,
  linkApprovals,
  linkLoad,
  linkModule,
  linkModules,
  linkProcess,
  linkProcesses,
  linkSignIn,
  linkSchedulers,
} from '../links.ts'
import { accountSentence, forbiddenSentence } from '@strata/server/words'

export interface WayOut {
  readonly label: string
  readonly to: string
}

/** A fault for people: what was refused and why, what else is known line by line, and where to go. */
export interface Explanation {
  readonly sentence: string
  readonly lines: readonly string[]
  readonly wayOut: readonly WayOut[]
}

/** The fault of a refused call, or `null` when the server was not reached or said nothing that can be read. */
export function readFault(error: unknown): ClientFault | null {
  if (typeof error !== 'object' || error === null || !('data' in error)) return null
  const data = error.data
  if (typeof data !== 'object' || data === null || !('fault' in data)) return null
  const fault = data.fault
  return typeof fault === 'object' && fault !== null && 'code' in fault && typeof fault.code === 'string' ? (fault as ClientFault) : null
}

/** Worth asking again: the server or the runtime was away. A refusal stays a refusal. */
export function isRetryable(error: unknown): boolean {
  const fault = readFault(error)
  return fault === null || fault.code === 'runtime_down'
}

/** Any error of a call, for people. */
export function explainError(error: unknown): Explanation {
  const fault = readFault(error)
  if (fault !== null) return explainFault(fault)
  return tell('The server did not answer. Nothing is known to have been done.', {
    lines: ['Look whether npm start still runs, then try again.'],
  })
}

function tell(sentence: string, rest: { lines?: readonly string[]; wayOut?: readonly WayOut[] } = {}): Explanation {
  return { sentence, lines: rest.lines ?? [], wayOut: rest.wayOut ?? [] }
}

function describePinned(pins: number, readBy: readonly { module: string; number: number }[] = []): string {
  const words = [
    ...(pins === 0 ? [] : [`pinned by ${formatCount(pins)}`]),
    ...(readBy.length === 0 ? [] : [`read by ${readBy.map(({ module, number }) => `${module}@${number}`).join(', ')}`]),
  ]
  return words.length === 0 ? 'drained, no process pins it' : words.join(', ')
}

/** Total by types: a new fault does not compile until it has its sentence. */
export function explainFault(fault: ClientFault): Explanation {
  switch (fault.code) {
    case 'not_purged': {
      const pinned = fault.generations.filter((generation) => generation.pins > 0)
      const pins = pinned.reduce((sum, generation) => sum + generation.pins, 0)
      return tell(
        `Refused: ${formatPlural(fault.generations.length, 'older generation')} of ${fault.module} ${fault.generations.length === 1 ? 'is' : 'are'} still loaded. Load with "keep" to leave them as they are.`,
        {
          lines: fault.generations.map(({ number, pins: count, readBy }) => `${fault.module}@${number}: ${describePinned(count, readBy)}`),
          wayOut:
            pins === 0
              ? [{ label: `Open ${fault.module}`, to: linkModule(fault.module) }]
              : [
                  {
                    label: `Open the ${formatPlural(pins, 'process', 'processes')}`,
                    to: linkProcesses(
                      pinned.length === 1 && pinned[0] ? { module: fault.module, generation: pinned[0].number } : { module: fault.module },
                    ),
                  },
                ],
        },
      )
    }
    case 'still_read': {
      const modules = [...new Set(fault.by.map(({ module }) => module))]
      return tell(
        `Not purged: what was built with ${fault.module}@${fault.number} would break. Load ${modules.join(', ')} again, purge what is listed, then this one.`,
        {
          lines: fault.by.map(({ module, number }) => `${module}@${number} read a class or another value of it while it was loaded`),
          wayOut: modules.slice(0, 3).map((module) => ({ label: `Load ${module}…`, to: linkLoad({ module }) })),
        },
      )
    }
    case 'changed_meanwhile':
      return tell('Nothing was done: it is no longer as it was when you decided.', { lines: fault.changes.map(describeChange) })
    case 'current_generation':
      return tell(`${fault.module}@${fault.number} is current: only old generations can be purged. Load another one first.`, {
        wayOut: [{ label: `Load ${fault.module}…`, to: linkLoad({ module: fault.module }) }],
      })
    case 'unknown_module':
      return tell(`There is no module "${outside(fault.module)}".`, { wayOut: [{ label: 'Open the modules', to: linkModules() }] })
    case 'unknown_generation':
      return tell(`${outside(fault.module)} has no generation ${fault.number}.`, {
        wayOut: [{ label: `Open ${outside(fault.module)}`, to: linkModule(fault.module) }],
      })
    case 'unknown_pid':
      return tell(`No process ${outside(fault.pid)} lives: it has ended, or never was.`, {
        wayOut: [
          { label: 'Open the processes', to: linkProcesses() },
          { label: 'What happened', to: linkActivity() },
        ],
      })
    case 'unknown_trace':
      return tell('This trace is no longer kept: it ended long ago, or the runtime was started again since.')
    case 'unknown_scheduler':
      return tell(`There is no scheduler ${fault.scheduler}.`, { wayOut: [{ label: 'Schedulers', to: linkSchedulers() }] })
    case 'invalid_name':
      return tell(`"${outside(fault.name)}" cannot be a module's name: ${outside(fault.why)}.`)
    case 'invalid_source':
      return tell('Refused: the source has errors. Nothing was loaded.', { lines: fault.diagnostics.map(describeDiagnostic) })
    case 'unresolved_import':
      return tell('Refused: an import leads nowhere. Nothing was loaded.', { lines: fault.diagnostics.map(describeDiagnostic) })
    case 'invalid_message':
      return tell(`The message cannot be sent: ${outside(fault.why)} (at ${outside(fault.path)}).`)
    case 'compile_timeout':
      return tell(`Refused: compiling took longer than ${formatDuration(fault.limitMs)}. Nothing was loaded.`)
    case 'compiler_failed':
      return tell(
        `Refused: the compiler gave up on this source (${outside(fault.why)}). Nothing was loaded; the next load gets a new compiler.`,
      )
    case 'compiler_busy':
      return tell(
        `The compiler is busy: ${formatCount(fault.waiting)} wait already, ${formatCount(fault.limit)} may. Try again in a moment.`,
      )
    case 'body_failed':
      return tell(`Refused on trial: the body of ${fault.module} throws. Nothing was loaded.`, { lines: [outside(fault.error)] })
    case 'body_timeout':
      return tell(`Refused on trial: the body of ${fault.module} did not end within ${formatDuration(fault.limitMs)}. Nothing was loaded.`)
    case 'too_large':
      return tell(explainSize(fault.what, fault.limit, fault.size))
    case 'held':
      return tell(
        `Refused: ${outside(fault.module)} is held by ${outside(fault.by)}${fault.until === null ? ' until it is released' : ` until ${formatUtc(Date.parse(fault.until))}`}. Nothing was changed.`,
        {
          lines: [fault.reason === '' ? 'No reason was given.' : `Why: ${outside(fault.reason)}`],
          wayOut: [{ label: `Open ${outside(fault.module)} to see the hold or release it`, to: linkModule(fault.module) }],
        },
      )
    case 'marked_bad':
      return tell(
        `Refused: this content is marked bad: it is that of ${outside(fault.module)}@${fault.number}, marked by ${outside(fault.by)}. Nothing was loaded.`,
        {
          lines: [fault.reason === '' ? 'No reason was given.' : `Why: ${outside(fault.reason)}`, 'Lift the mark to load it.'],
          wayOut: [{ label: `Open ${outside(fault.module)}@${fault.number}`, to: linkModule(fault.module, { generation: fault.number }) }],
        },
      )
    case 'no_upgrade':
      return tell(
        `${fault.targets.map(({ module, number }) => `${module}@${number}`).join(', ') || 'This module'} exports no "upgrade" message, so its processes cannot be asked to move.`,
      )
    case 'name_registered':
      return tell(`A process is registered as "${outside(fault.name)}" already.`, {
        wayOut: [{ label: 'Open it', to: linkProcesses({ search: fault.name }) }],
      })
    case 'call_timeout':
      return tell(`Process ${outside(fault.pid)} did not answer within ${formatDuration(fault.deadlineMs)}.`)
    case 'process_ended':
      return tell(`Process ${outside(fault.pid)} ended before it answered: ${outside(fault.why)}.`)
    case 'invalid_reason':
      return tell(
        fault.why === 'kill'
          ? 'kill is no reason that a process could trap: use Kill, which ends it wherever it is.'
          : `An exit reason is a text of 1 to ${formatCount(fault.limit)} characters.`,
      )
    case 'snapshot_failed':
      return tell(`The heap snapshot could not be read: ${outside(fault.why)}. Nothing was changed; the scheduler goes on.`)
    case 'nothing_to_do':
      return tell(`Nothing to do: ${outside(fault.why)}.`)
    case 'scheduler_held':
      return tell(
        `Refused: the scheduler is held${fault.pid === null ? '' : ` by ${fault.pid}`}${fault.at === null ? '' : ` at ${outside(fault.at)}`} since ${formatDuration(fault.heldMs)}.`,
        {
          wayOut: [
            ...(fault.pid === null ? [] : [{ label: `Open ${fault.pid}`, to: linkProcess(fault.pid) }]),
            { label: 'Schedulers', to: linkSchedulers() },
          ],
        },
      )
    case 'runtime_down':
      return tell(`The runtime is away (${outside(fault.why)}). The server brings it back with the same generations.`, {
        wayOut: [{ label: 'What happened', to: linkActivity() }],
      })
    case 'safe_mode':
      return tell(`The system is in safe mode (${outside(fault.why)}): none of its processes run.`, {
        lines: ['Roll back what was loaded last on the Overview, then leave safe mode there.'],
        wayOut: [{ label: 'Open the Overview', to: '/' }],
      })
    case 'not_durable':
      return tell(
        fault.done
          ? `It is done, but it could not be written to the store (${outside(fault.why)}): a crash now would forget it.`
          : `Refused: the store cannot be written (${outside(fault.why)}), so that nothing could be kept.`,
        { lines: ['The server tries on by itself. Look at the database, or at the disk of the data folder.'] },
      )
    case 'source_removed':
      return tell(`The text of ${fault.module}@${fault.number} is no longer kept; its history is.`, {
        wayOut: [{ label: 'Load a source', to: linkLoad() }],
      })
    case 'unauthenticated':
      return tell(fault.why === 'session_ended' ? 'Your session has ended.' : 'You are signed out.', {
        lines: ['./strata sign-in on the machine prints a fresh link.'],
        wayOut: [{ label: 'Sign in', to: linkSignIn() }],
      })
    case 'invalid_code':
      return tell(explainCode(fault.why), {
        lines: ['./strata sign-in on the machine prints a fresh link for the owner; an admin makes one for everybody else.'],
      })
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
      return tell(outside(accountSentence(fault)))
    case 'forbidden':
      return tell(outside(forbiddenSentence(fault)))
    case 'plan_required':
      return tell('Refused: this load ends processes, so it needs a plan first. Look at who would end, then execute the plan.')
    case 'approval_required':
      return tell(
        fault.asked
          ? 'Nothing was done: this purges by force, and nobody else has approved it yet.'
          : 'Nothing was done: this purges by force, and a second person has to approve the same plan first.',
        { wayOut: [{ label: 'Open the approvals', to: linkApprovals() }] },
      )
    case 'unknown_plan':
      return tell('This plan is not known any more. Make a new one.')
    case 'plan_used':
      return tell('This plan was executed already; a plan acts once.', { wayOut: [{ label: 'Open the acts', to: linkActs() }] })
    case 'plan_expired':
      return tell('This plan has expired and nothing was done. Renew it to see who would be hit now.')
    case 'too_many_plans':
      return tell(`You have ${formatCount(fault.limit)} open plans; that is the limit. They expire after 5 minutes.`)
    case 'too_many_limits':
      return tell(`${fault.limit} modules have limits of their own already: take those of another one back first.`)
    case 'unknown_act':
      return tell(`There is no act ${outside(fault.act)}: it is too old, or never was.`, {
        wayOut: [{ label: 'Open the acts', to: linkActs() }],
      })
    case 'act_cannot':
      return tell(cannotSentence(fault.wanted, fault.status), { wayOut: [{ label: 'Open its receipt', to: linkAct(fault.act) }] })
    case 'interrupted':
      return tell(
        fault.done.length === 0
          ? 'The server ended while this act ran. The history shows nothing of it as done.'
          : `The server ended while this act ran. The history shows it as done for ${fault.done.map(outside).join(', ')}.`,
        { lines: ['Every process ended with the runtime; the generations that were current are current again.'] },
      )
    case 'stopping':
      return tell('The server is stopping and takes no more acts. Nothing was done.')
    case 'store_away':
      return tell(`The store cannot be read now (${outside(fault.why)}).`, {
        lines: ['The server tries on by itself: ask again in a moment.'],
      })
    case 'backup_failed':
      return tell(`No backup was made: ${outside(fault.why)}.`)
    case 'invalid_input':
      return tell('The server did not understand this request.', {
        lines: fault.issues.map((issue) => `${issue.path.join('.')}: ${outside(issue.message)}`),
      })
    case 'too_many_requests':
      return tell(`Too many requests. Try again in ${formatDuration(Math.max(1000, fault.retryAfterMs))}.`)
    case 'too_many_streams':
      return tell(`This session has ${formatCount(fault.limit)} live streams open; that is the limit. Close a tab.`)
    case 'unknown_crash':
      return tell('The message of this crash is no longer kept.')
    case 'batch_too_large':
      return tell(`Too many calls at once: ${formatCount(fault.size)}, at most ${formatCount(fault.limit)}.`)
    case 'payload_too_large':
      return tell(`Too large: ${fault.size === null ? '' : `${formatBytes(fault.size)}, `}at most ${formatBytes(fault.limit)}.`)
    case 'method_not_allowed':
    case 'unsupported_media_type':
    case 'not_found':
      return tell('This console and the server do not fit together. Reload the page.')
    case 'misdirected':
      return tell(`This server answers to ${fault.expected.map(outside).join(' or ')} only.`)
    case 'internal':
      return tell(`The server failed at this request. Its log names it ${outside(fault.id)}.`)
  }
}

/** One thing that is no longer as the plan says. */
export function describeChange(change: PlanChange): string {
  switch (change.type) {
    case 'current':
      return `${change.module}: ${change.is === null ? 'nothing' : `generation ${change.is}`} is current, and this was decided on ${change.was === null ? 'none' : `generation ${change.was}`}.`
    case 'one_more':
      return `${change.victim.pid}${change.victim.name === null ? '' : ` (${outside(change.victim.name)})`} would be hit too.`
    case 'generation_gone':
      return `${change.module}@${change.number} is gone.`
    case 'source':
      return `The source of ${change.module} is another one now.`
    case 'scheduler_restarted':
      return `Scheduler ${change.scheduler} was restarted since: its processes are others.`
    case 'holder':
      return change.is === null
        ? `${change.was} no longer holds scheduler ${change.scheduler}.`
        : `${change.is} holds scheduler ${change.scheduler} now, no longer ${change.was}.`
  }
}

function describeDiagnostic(diagnostic: Diagnostic): string {
  const place = diagnostic.line === 0 ? diagnostic.file : `${diagnostic.file}:${diagnostic.line}:${diagnostic.column}`
  return outside(`${place} ${diagnostic.message}${diagnostic.hint === undefined ? '' : ` ${diagnostic.hint}`}`)
}

function explainCode(why: 'unknown' | 'spent' | 'expired'): string {
  switch (why) {
    case 'spent':
      return 'This sign-in link was used already; each works once.'
    case 'expired':
      return 'This link is too old: the machine’s works for 10 minutes, an invitation for a week.'
    case 'unknown':
      return 'This link is not one of this server, was used already, or a fresh one took its place.'
  }
}

function cannotSentence(wanted: 'cancel' | 'now' | 'stop', status: ActView['status']): string {
  if (wanted === 'stop')
    return status === 'running'
      ? 'This act is done in one step: there is nothing to stop. Its receipt says what it did.'
      : `This act is ${status}: there is nothing left to stop.`
  if (wanted === 'now') return `This act does not wait any more: it is ${status}.`
  return `Too late to cancel: this act is ${status}.`
}

function explainSize(what: Extract<ClientFault, { code: 'too_large' }>['what'], limit: number, size: number): string {
  switch (what) {
    case 'trace_messages':
      return `A trace shows ${formatCount(limit)} messages at most, not ${formatCount(size)}.`
    case 'trace_ms':
      return `A trace runs for ${formatDuration(limit)} at most, not ${formatDuration(size)}.`
    case 'trace_processes':
      return `A trace is of ${formatCount(limit)} processes at most, not ${formatCount(size)}. Select fewer.`
    case 'traces':
      return `${formatCount(limit)} traces run already. Each ends by itself within a minute.`
    case 'filter':
      return `The search text has ${formatCount(size)} characters; ${formatCount(limit)} are the limit.`
    case 'page':
      return `${formatCount(size)} rows were asked for; ${formatCount(limit)} are the limit.`
    case 'files':
      return `The set has ${formatCount(size)} files; ${formatCount(limit)} are the limit.`
    case 'plan':
      return `The plan would name ${formatCount(size)} processes; ${formatCount(limit)} are the limit. Filter further.`
    case 'heap':
      return `The scheduler's heap has ${formatBytes(size)}; a snapshot is taken of ${formatBytes(limit)} at most.`
    default:
      return `Too large: the ${what} has ${formatBytes(size)}, ${formatBytes(limit)} are the limit. Nothing was loaded.`
  }
}

/** Text from outside, cut and with its invisible characters shown. */
function outside(text: string): string {
  return showInvisible(truncate(text, 500))
}
