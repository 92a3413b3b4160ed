import type { ClientFault } from '../fault.ts'
import { accountSentence } from './account-sentence.ts'
import { changeSentence } from './change-sentence.ts'
import { forbiddenSentence } from './forbidden-sentence.ts'
import { sizeSentence } from './size-sentence.ts'

/** What a fault says, at whatever door: what was refused and why, and what else is known line by line. The door adds its own way out. */
export interface FaultWords {
  readonly sentence: string
  readonly lines: readonly string[]
}

/** How a door writes figures, and text that it did not choose. */
export interface Writing {
  text(outside: string): string
  count(count: number): string
  bytes(bytes: number): string
  duration(ms: number): string
  /** Of an instant, ISO 8601. */
  instant(iso: string): string
}

/** Total by types: a new fault does not compile until it has its sentence. */
export function faultWords(fault: ClientFault, writing: Writing): FaultWords {
  const { text, count, duration, instant } = writing
  switch (fault.code) {
    case 'not_purged': {
      const many = fault.generations.length
      return tell(
        `Refused: ${count(many)} older ${many === 1 ? 'generation' : 'generations'} of ${text(fault.module)} ${many === 1 ? 'is' : 'are'} still loaded.`,
        fault.generations.map((one) => `${fault.module}@${one.number}: ${pinnedBy(one, writing)}`),
      )
    }
    case 'still_read': {
      const modules = [...new Set(fault.by.map(({ module }) => module))]
      return tell(
        `Not purged: what was built with ${fault.module}@${fault.number} would break. Load ${modules.join(', ')} again, purge what is listed, then this one.`,
        fault.by.map(({ module, number }) => `${module}@${number} read a class or another value of it while it was loaded`),
      )
    }
    case 'changed_meanwhile':
      return tell(
        'Nothing was done: it is no longer as it was when you decided.',
        fault.changes.map((change) => changeSentence(change, text)),
      )
    case 'current_generation':
      return tell(`${text(fault.module)}@${fault.number} is current: only old generations can be purged. Load another one first.`)
    case 'unknown_module':
      return tell(`There is no module "${text(fault.module)}".`)
    case 'unknown_generation':
      return tell(`${text(fault.module)} has no generation ${fault.number} that is loaded.`)
    case 'unknown_pid':
      return tell(`No process ${text(fault.pid)} lives: it has ended, or never was.`)
    case 'unknown_trace':
      return tell('This trace is no longer kept: it ended long ago, or the runtime was started again since.')
    case 'unknown_scheduler':
      return tell(`There is no scheduler ${fault.scheduler}.`)
    case 'invalid_name':
      return tell(`"${text(fault.name)}" cannot be a module's name: ${text(fault.why)}.`)
    case 'invalid_source':
      return tell('Refused: the source has errors. Nothing was loaded.')
    case 'unresolved_import':
      return tell('Refused: an import leads nowhere. Nothing was loaded.')
    case 'invalid_message':
      return tell(`The message cannot be sent: ${text(fault.why)}${fault.path === '' ? '' : ` (at ${text(fault.path)})`}.`)
    case 'compile_timeout':
      return tell(`Refused: compiling took longer than ${duration(fault.limitMs)}. Nothing was loaded.`)
    case 'compiler_failed':
      return tell(
        `Refused: the compiler gave up on this source (${text(fault.why)}). Nothing was loaded; the next load gets a new compiler.`,
      )
    case 'compiler_busy':
      return tell(`The compiler is busy: ${count(fault.waiting)} wait already, ${count(fault.limit)} may. Try again in a moment.`)
    case 'body_failed':
      return tell(`Refused on trial: the body of ${text(fault.module)} throws. Nothing was loaded.`, [text(fault.error)])
    case 'body_timeout':
      return tell(
        `Refused on trial: the body of ${text(fault.module)} did not end within ${duration(fault.limitMs)}. Nothing was loaded; look for a loop at the top level of the file.`,
      )
    case 'too_large':
      return tell(sizeSentence(fault, writing))
    case 'held':
      return tell(
        `Refused: ${text(fault.module)} is held by ${text(fault.by)}${fault.until === null ? ' until it is released' : ` until ${instant(fault.until)}`}. Nothing was changed.`,
        [why(fault.reason, text)],
      )
    case 'marked_bad':
      return tell(
        `Refused: this content is marked bad: it is that of ${text(fault.module)}@${fault.number}, marked by ${text(fault.by)}. Nothing was loaded.`,
        [why(fault.reason, text), 'Lift the mark to load it.'],
      )
    case 'no_upgrade':
      return tell(
        `No "upgrade" message is exported by ${fault.targets.map(({ module, number }) => `${module}@${number}`).join(', ') || 'this module'}, so its processes cannot be asked to move.`,
      )
    case 'name_registered':
      return tell(`A process is registered as "${text(fault.name)}" already.`)
    case 'call_timeout':
      return tell(`Process ${text(fault.pid)} did not answer within ${duration(fault.deadlineMs)}.`)
    case 'process_ended':
      return tell(`Process ${text(fault.pid)} ended before it answered: ${text(fault.why)}.`)
    case 'invalid_reason':
      return tell(
        fault.why === 'kill'
          ? 'No process can trap kill: it ends one wherever it is, and is an act of its own.'
          : `An exit reason is a text of 1 to ${count(fault.limit)} characters.`,
      )
    case 'snapshot_failed':
      return tell(`The heap snapshot could not be read: ${text(fault.why)}. Nothing was changed; the scheduler goes on.`)
    case 'nothing_to_do':
      return tell(`Nothing to do: ${text(fault.why)}.`)
    case 'scheduler_held':
      return tell(
        `Refused: the scheduler is held${fault.pid === null ? '' : ` by ${fault.pid}`}${fault.at === null ? '' : ` at ${text(fault.at)}`} since ${duration(fault.heldMs)}.`,
      )
    case 'runtime_down':
      return tell(`The runtime is away (${text(fault.why)}). The server brings it back with the same generations.`)
    case 'safe_mode':
      return tell(`The system is in safe mode (${text(fault.why)}): none of its processes run.`)
    case 'not_durable':
      return tell(
        fault.done
          ? `It is done, but it could not be written to the store (${text(fault.why)}): a crash now would forget it.`
          : `Refused: the store cannot be written (${text(fault.why)}), so that nothing could be kept.`,
        ['The server tries on by itself. Look at the database, or at the disk of the data folder.'],
      )
    case 'store_away':
      return tell(`The store cannot be read now (${text(fault.why)}).`, ['The server tries on by itself: ask again in a moment.'])
    case 'source_removed':
      return tell(
        `The text of ${text(fault.module)}@${fault.number} is no longer kept; its history is. Load the source from your repository.`,
      )
    case 'unauthenticated':
      return tell(UNAUTHENTICATED[fault.why])
    case 'invalid_code':
      return tell(INVALID_CODE[fault.why])
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
      return tell(text(accountSentence(fault)))
    case 'forbidden':
      return tell(text(forbiddenSentence(fault)))
    case 'plan_required':
      return tell('Refused: this load ends processes, so it needs a plan first. Look at who would end, then execute the plan.')
    case 'approval_required':
      return tell(
        fault.asked
          ? 'Nothing was done: this purges by force, and nobody else has approved it yet.'
          : 'Nothing was done: this purges by force, and a second person has to approve the same plan first.',
      )
    case 'unknown_plan':
      return tell('This plan is not known any more. Make a new one.')
    case 'plan_used':
      return tell('This plan was executed already; a plan acts once.')
    case 'plan_renewed':
      return tell(`${text(fault.owner)} made this plan anew after you had looked at it, and nothing was approved. Look at it once more.`)
    case 'plan_expired':
      return tell('This plan has expired and nothing was done. A new one shows who would be hit now.')
    case 'too_many_plans':
      return tell(`You have ${count(fault.limit)} open plans; that is the limit. They expire after 5 minutes.`)
    case 'too_many_limits':
      return tell(`${count(fault.limit)} modules have limits of their own already: take those of another one back first.`)
    case 'unknown_act':
      return tell(`There is no act ${text(fault.act)}: it is too old, or never was.`)
    case 'act_cannot':
      return tell(cannotSentence(fault))
    case 'interrupted':
      return tell(
        fault.done.length === 0
          ? 'The server ended while this act ran. The history shows nothing of it as done.'
          : `The server ended while this act ran. The history shows it as done for ${fault.done.map(text).join(', ')}.`,
        ['Every process ended with the runtime; the generations that were current are current again.'],
      )
    case 'stopping':
      return tell('The server is stopping and takes no more acts. Nothing was done.')
    case 'backup_failed':
      return tell(`No backup was made: ${text(fault.why)}.`)
    case 'invalid_input':
      return tell(
        'The server did not understand this request.',
        fault.issues.map(({ path, message }) => `${path.length === 0 ? '' : `${text(path.join('.'))}: `}${text(message)}`),
      )
    case 'too_many_requests':
      return tell(`Too many requests. Try again in ${duration(Math.max(1000, fault.retryAfterMs))}.`)
    case 'too_many_streams':
      return tell(`This session has ${count(fault.limit)} live streams open; that is the limit. Close one.`)
    case 'unknown_crash':
      return tell('The message of this crash is no longer kept.')
    case 'batch_too_large':
      return tell(`Too many calls at once: ${count(fault.size)}, at most ${count(fault.limit)}.`)
    case 'payload_too_large':
      return tell(`Too large: ${fault.size === null ? '' : `${writing.bytes(fault.size)}, `}at most ${writing.bytes(fault.limit)}.`)
    case 'method_not_allowed':
      return tell(`The server takes ${text(fault.allowed)} here: it and what asked it are not of one version.`)
    case 'unsupported_media_type':
      return tell(`The server takes ${text(fault.expected)} here: it and what asked it are not of one version.`)
    case 'not_found':
      return tell(`The server has no ${text(fault.path)}: it and what asked for it are not of one version.`)
    case 'misdirected':
      return tell(`This server answers to ${fault.expected.map(text).join(' or ')} only.`)
    case 'internal':
      return tell(`The server failed at this request. Its log names it ${text(fault.id)}.`)
  }
}

/** `pinned by 3 processes`, `read by shapes@1`, or that nothing holds it. */
export function pinnedBy(
  { pins, readBy = [] }: Extract<ClientFault, { code: 'not_purged' }>['generations'][number],
  { count }: Pick<Writing, 'count'>,
): string {
  const words = [
    ...(pins === 0 ? [] : [`pinned by ${count(pins)} ${pins === 1 ? 'process' : 'processes'}`]),
    ...(readBy.length === 0 ? [] : [`read by ${readBy.map(({ module, number }) => `${module}@${number}`).join(', ')}`]),
  ]
  return words.length === 0 ? 'drained, no process pins it' : words.join(', ')
}

function tell(sentence: string, lines: readonly string[] = []): FaultWords {
  return { sentence, lines }
}

function why(reason: string, text: Writing['text']): string {
  return reason === '' ? 'No reason was given.' : `Why: ${text(reason)}`
}

const UNAUTHENTICATED = {
  signed_out: 'You are signed out.',
  session_ended: 'Your session has ended.',
  wrong_token: 'The server does not know this token.',
} as const

const INVALID_CODE = {
  spent: 'This sign-in link was used already; each works once.',
  expired: 'This link is too old: the machine’s works for 10 minutes, an invitation for a week.',
  unknown: 'This link is not one of this server, was used already, or a fresh one took its place.',
} as const

function cannotSentence({ wanted, status }: Extract<ClientFault, { code: 'act_cannot' }>): string {
  if (wanted === 'stop')
    return status === 'running'
      ? 'This act is done in one step: there is nothing to stop. Its receipt says what it did.'
      : `This act is ${status}: there is nothing left to stop.`
  if (wanted === 'now') return `This act does not wait any more: it is ${status}.`
  return `Too late to cancel: this act is ${status}.`
}
