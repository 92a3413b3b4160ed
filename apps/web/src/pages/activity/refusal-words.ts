import type { ServerEvent } from '@strata/server'
import { refusalReason as reasonOf } from '@strata/server/words'
import { linkAct, linkModule, linkProcess } from '../../links.ts'
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
  return outside(reasonOf(code))
}

/** What was read, as a link to it where it has a page. */
export function readTarget(target: string, modules: readonly string[]): Part {
  if (target.startsWith('act ')) return { text: target, to: linkAct(target.slice(4)) }
  const [module] = modules
  if (module !== undefined) return { text: target, to: linkModule(module) }
  return /^\d+\.\d+$/.test(target) ? { text: target, to: linkProcess(target) } : outside(target)
}
