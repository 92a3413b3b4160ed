import type {
  ExitOutcome,
  KillOutcome,
  LoadOutcome,
  ModuleGeneration,
  MoveOutcome,
  Pid,
  Plan,
  PurgeOutcome,
  RestartOutcome,
  ResumeOutcome,
  RollbackPlan,
  SuspendOutcome,
  UpgradeOutcome,
  Victim,
} from '@strata/runtime'
import { victimsOf } from '../plans/plan-difference.ts'
import type { LastWords } from './last-words.ts'

/** `number` is current now; `staying` processes pin `from`, which was, and live on in it. */
export interface RollbackOutcome extends ModuleGeneration {
  readonly from: number | null
  readonly how: RollbackPlan['how']
  readonly staying: number
}

/** What the execution of a plan answered. */
export type ActOutcome =
  | ({ readonly verb: 'purge' } & PurgeOutcome)
  | { readonly verb: 'kill'; readonly outcomes: readonly KillOutcome[]; readonly alsoEnded: readonly Pid[] }
  | { readonly verb: 'exit'; readonly outcomes: readonly ExitOutcome[] }
  | { readonly verb: 'suspend'; readonly outcomes: readonly SuspendOutcome[] }
  | { readonly verb: 'resume'; readonly outcomes: readonly ResumeOutcome[] }
  | { readonly verb: 'move'; readonly outcomes: readonly MovedItem[] }
  | ({ readonly verb: 'delete' } & ModuleGeneration)
  | { readonly verb: 'upgrade'; readonly outcomes: readonly UpgradeOutcome[] }
  | ({ readonly verb: 'load' } & LoadOutcome)
  | ({ readonly verb: 'rollback' } & RollbackOutcome)
  | ({ readonly verb: 'restart-scheduler' } & RestartOutcome)

/** What became of a process of a move, and why. */
export interface MovedItem {
  readonly pid: Pid
  readonly status: MoveOutcome['status']
  readonly why: string
}

export type ItemOutcome =
  | 'waiting'
  | 'killed'
  | 'skipped'
  | 'also_ended'
  | 'pending'
  | 'not_found'
  | 'moved'
  | 'not_yet'
  | 'ended'
  | 'refused'
  | 'failed'
  | 'exiting'
  | 'trapped'
  | 'ignored'
  | 'suspended'
  | 'already'
  | 'resumed'
  | 'not_suspended'
  | 'untouched'
  | 'interrupted'

/** One process of an act: what became of it, why, and what was known of it before. */
export interface ActItem {
  readonly pid: Pid
  readonly outcome: ItemOutcome
  readonly why: string
  readonly known: Victim | null
  /** What it said of its state just before it was ended, if it was asked and answered. */
  readonly lastWords?: LastWords
}

const WHY: Readonly<Record<ItemOutcome, string>> = {
  waiting: 'its turn has not come',
  killed: 'ended by this act',
  skipped: 'had ended by itself before',
  also_ended: 'fell with the others by a link',
  pending: 'is inside one native call and ends when that returns',
  not_found: 'there is no such process',
  moved: 'is in the current generation now',
  not_yet: 'has the message and has not moved yet',
  ended: 'ended before it moved',
  refused: 'cannot be asked to move: its module exports no upgrade message',
  failed: 'works on where it was',
  exiting: 'has the signal, and its finally blocks run',
  trapped: 'traps exits: it got a message instead',
  ignored: 'the reason normal ends nobody who does not trap it',
  suspended: 'gets no turns until it is resumed',
  already: 'was suspended already',
  resumed: 'gets turns again',
  not_suspended: 'was not suspended',
  untouched: 'the act did not touch it',
  interrupted: 'the server ended before the act was answered, and every process with it',
}

/** Items of an act that is under way, or that was refused as a whole. */
export function expectedItems(plan: Plan, outcome: 'waiting' | 'untouched'): readonly ActItem[] {
  return victimsOf(plan).map((known) => item(known.pid, outcome, known))
}

/** Items of an act that is done: every process of its plan, and each that the engine names beside them. */
export function receiptItems(plan: Plan, outcome: ActOutcome): readonly ActItem[] {
  const known = new Map(victimsOf(plan).map((victim) => [victim.pid, victim]))
  if (outcome.verb === 'move') return movedItems(known, outcome.outcomes)
  const outcomes = pidOutcomes(outcome)
  const planned = [...known.values()].map((victim) => item(victim.pid, outcomes.get(victim.pid) ?? 'skipped', victim))
  const beside = [...outcomes].filter(([pid]) => !known.has(pid)).map(([pid, became]) => item(pid, became, null))
  return [...planned, ...beside]
}

function movedItems(known: ReadonlyMap<Pid, Victim>, outcomes: readonly MovedItem[]): readonly ActItem[] {
  const became = new Map(outcomes.map((outcome) => [outcome.pid, outcome]))
  return [...known.values()].map((victim) => {
    const { status, why } = became.get(victim.pid) ?? { status: 'skipped', why: WHY.skipped }
    return { pid: victim.pid, outcome: status, why, known: victim }
  })
}

/** Of an act that was stopped before its turn came. */
export function untouchedItem({ pid, known }: ActItem): ActItem {
  return item(pid, 'untouched', known)
}

/** Processes of which an outcome tells. */
export function toldPids(outcome: ActOutcome): ReadonlySet<Pid> {
  return new Set(pidOutcomes(outcome).keys())
}

/** Of a process that was `pending`; without an outcome it still is. */
export function settledItem(given: ActItem, outcome: ItemOutcome | undefined): ActItem {
  return outcome === undefined ? given : { ...given, ...item(given.pid, outcome, given.known) }
}

/** Of an act that was running when the server ended. */
export function interruptedItem({ pid, known }: ActItem): ActItem {
  return item(pid, 'interrupted', known)
}

function item(pid: Pid, outcome: ItemOutcome, known: Victim | null): ActItem {
  return { pid, outcome, why: WHY[outcome], known }
}

function pidOutcomes(outcome: ActOutcome): Map<Pid, ItemOutcome> {
  const became = new Map<Pid, ItemOutcome>()
  switch (outcome.verb) {
    case 'purge':
      for (const pid of outcome.killed) became.set(pid, 'killed')
      for (const pid of outcome.alsoEnded) became.set(pid, 'also_ended')
      for (const pid of outcome.skipped) became.set(pid, 'skipped')
      for (const pid of outcome.pending) became.set(pid, 'pending')
      return became
    case 'kill':
      for (const { pid, status } of outcome.outcomes) became.set(pid, status === 'not_found' ? 'skipped' : status)
      for (const pid of outcome.alsoEnded) became.set(pid, 'also_ended')
      return became
    case 'suspend':
    case 'resume':
    case 'exit':
      for (const { pid, status } of outcome.outcomes) became.set(pid, status === 'not_found' ? 'skipped' : status)
      return became
    case 'upgrade':
      for (const { pid, status } of outcome.outcomes) became.set(pid, status)
      return became
    case 'load':
      for (const pid of outcome.killed) became.set(pid, 'killed')
      return became
    case 'move':
      for (const { pid, status } of outcome.outcomes) became.set(pid, status)
      return became
    case 'restart-scheduler':
      for (const pid of outcome.alsoEnded ?? []) became.set(pid, 'also_ended')
      return became
    case 'delete':
    case 'rollback':
      return became
  }
}
