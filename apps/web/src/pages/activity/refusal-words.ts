import type { ServerEvent } from '@strata/server'
import { linkModule, linkProcess } from '../../links.ts'
import { outside, type Part } from './sentence-parts.ts'

/** Acts that were asked for, by their verbs. */
const ACT_WORDS: Readonly<Record<string, string>> = {
  load: 'a load',
  rollback: 'a rollback',
  delete: 'a delete',
  purge: 'a purge',
  'soft-purge': 'a soft purge',
  hold: 'a hold',
  release: 'the release of a hold',
  mark: 'a mark',
  kill: 'the end of a process',
  exit: 'the exit of a process',
  upgrade: 'an upgrade',
  move: 'a move',
  suspend: 'a suspension',
  resume: 'a resumption',
  trace: 'a trace',
  send: 'a message',
  plan: 'an act under a plan',
  'restart-scheduler': 'the restart of a scheduler',
  retainers: 'a look at who keeps memory',
  backup: 'a backup',
  source: 'a look at a source',
  preview: 'a look at a process’s state',
  'safe-mode': 'leaving safe mode',
  'sign-in': 'a sign-in link',
  'audit-export': 'an export of the trail',
  settings: 'a change of settings',
}

/** Why, where the code alone would not say it. */
const REASONS: Readonly<Record<string, string>> = {
  held: 'somebody else holds it',
  forbidden: 'their role does not allow it',
  marked_bad: 'its content is marked bad',
  changed_meanwhile: 'it had changed meanwhile',
  not_purged: 'old generations are still loaded',
  plan_used: 'the plan had been executed already',
  plan_expired: 'the plan had expired',
  plan_required: 'it needs a plan',
  unknown_plan: 'there is no such plan',
  unknown_module: 'there is no such module',
  unknown_generation: 'there is no such generation',
  unknown_pid: 'there is no such process',
  too_many_plans: 'too many plans were open',
  invalid_input: 'the request was not understood',
  not_durable: 'the store could not be written',
  nothing_to_do: 'there was nothing to do',
  safe_mode: 'the system is in safe mode',
  stopping: 'the server was stopping',
  internal: 'the server failed',
}

export const READ_WORDS: Readonly<Record<string, string>> = {
  source: 'source',
  preview: 'state',
  state: 'state',
  queue: 'queue',
  messages: 'messages',
}

type Refused = Extract<ServerEvent, { type: 'act_refused' }>

export function refusedAct({ verb, call }: Refused): string {
  return (verb === undefined ? undefined : ACT_WORDS[verb]) ?? outside((verb ?? call).replaceAll('-', ' '))
}

export function refusalReason(code: string): string {
  return REASONS[code] ?? outside(code.replaceAll('_', ' '))
}

/** What was read, as a link to it where it has a page. */
export function readTarget(target: string, modules: readonly string[]): Part {
  const [module] = modules
  if (module !== undefined) return { text: target, to: linkModule(module) }
  return /^\d+\.\d+$/.test(target) ? { text: target, to: linkProcess(target) } : outside(target)
}
