import type { By, Clock, Pid, Plan } from '@strata/runtime'
import type { ClientFault } from '../fault.ts'
import { refuseCall } from '../fault.ts'
import type { PlanView } from '../plans/plan-registry.ts'
import { planModules } from '../plans/plan-modules.ts'
import { victimsOf } from '../plans/plan-difference.ts'
import type { LastWords } from './last-words.ts'
import {
  type ActItem,
  type ActOutcome,
  expectedItems,
  interruptedItem,
  type ItemOutcome,
  receiptItems,
  settledItem,
  toldPids,
  untouchedItem,
} from './receipt.ts'

/** A running act is kept with each twentieth of it that is done: a crash leaves of it what is known to that much. */
const PARTS_KEPT = 20

const NO_WORDS: ReadonlyMap<Pid, LastWords> = new Map()

/** In memory; older ones are read from the store. */
export const ACTS_KEPT_MAX = 500

/** An act with a plan, from its first moment. Its id is its plan's. */
export interface ActView {
  readonly id: string
  readonly verb: Plan['verb']
  /** `purge session@3`. */
  readonly title: string
  /** `delayed`: it begins at `startsAt` and can be taken back until then. `stopped`: its last items are untouched. */
  readonly status: 'delayed' | 'cancelled' | 'running' | 'stopped' | 'done' | 'interrupted' | 'refused'
  readonly actor: string
  readonly reason: string
  /** When it was asked for. */
  readonly startedAt: string
  /** When it begins, while it is `delayed`. */
  readonly startsAt: string | null
  /** `possible`: it goes in parts, and the next one need not begin. `asked`: it ends with this part. */
  readonly stop: 'possible' | 'asked' | null
  readonly endedAt: string | null
  readonly modules: readonly string[]
  readonly total: number
  readonly done: number
  readonly counts: Readonly<Partial<Record<ItemOutcome, number>>>
  readonly items: readonly ActItem[]
  readonly plan: Plan
  readonly outcome: ActOutcome | null
  /** Why it was refused or interrupted. */
  readonly fault: ClientFault | null
  readonly command: string
}

export type ActSummary = Omit<ActView, 'items' | 'plan' | 'outcome'>

/** What can become of a process that was `pending`. */
type Became = 'killed' | 'skipped' | 'interrupted'

/** Where acts outlive the server. */
export interface ActKeeper {
  kept(act: ActView): void
  /** Of an act that is no longer in memory. */
  find(id: string): Promise<ActView | undefined>
}

const NOWHERE: ActKeeper = { kept: () => {}, find: async () => undefined }

/** What was done under a plan, and what became of each item. */
export class ActRegistry {
  readonly #clock: Clock
  readonly #keeper: ActKeeper
  readonly #acts: Map<string, ActView>
  /** What was told of processes of acts that run: an end can be told before its act is answered and written down. */
  readonly #early = new Map<Pid, Became>()

  /** `kept`: the newest of the server's former lives, oldest first. */
  constructor(clock: Clock, kept: readonly ActView[] = [], keeper = NOWHERE) {
    this.#clock = clock
    this.#keeper = keeper
    this.#acts = new Map(kept.map((act) => [act.id, act]))
  }

  /** `startsAt`: it waits until then. */
  begin(view: PlanView, by: By, { startsAt = null, title }: { startsAt?: number | null; title?: string } = {}): ActView {
    const { plan } = view
    return this.#keep({
      id: view.id,
      verb: plan.verb,
      title: title ?? actTitle(plan),
      status: startsAt === null ? 'running' : 'delayed',
      actor: by.actor,
      reason: by.reason,
      startedAt: this.#now(),
      startsAt: startsAt === null ? null : new Date(startsAt).toISOString(),
      stop: null,
      endedAt: null,
      modules: planModules(plan),
      ...countItems(expectedItems(plan, 'waiting')),
      plan,
      outcome: null,
      fault: null,
      command: view.command,
    })
  }

  /** The time of a delayed act has come. */
  start(id: string): ActView {
    return this.#keep({ ...this.#running(id), status: 'running' })
  }

  /** A delayed act will not be done. */
  cancel(id: string): ActView {
    const act = this.#running(id)
    return this.#keep({ ...act, status: 'cancelled', endedAt: this.#now(), ...countItems(expectedItems(act.plan, 'untouched')) })
  }

  /** Asks an act that runs in parts to begin no further one. */
  askStop(id: string): ActView {
    const act = this.#running(id)
    if (act.status !== 'running' || act.stop === null) refuseCall({ code: 'act_cannot', act: id, wanted: 'stop', status: act.status })
    return this.#show({ ...act, stop: 'asked' })
  }

  /** What one part of a running act did; false when it is to begin no further one. */
  progress(id: string, outcome: ActOutcome): boolean {
    const act = this.#running(id)
    const known = new Map(receiptItems(act.plan, outcome).map((item) => [item.pid, item]))
    const told = toldPids(outcome)
    const items = act.items.map((item) => (told.has(item.pid) ? (known.get(item.pid) ?? item) : item))
    const next: ActView = { ...act, stop: act.stop ?? 'possible', ...countItems(items) }
    if (partsDone(next) > partsDone(act)) this.#keep(next)
    else this.#show(next)
    return act.stop !== 'asked'
  }

  /** Some items may be left, when it was stopped. */
  finish(id: string, outcome: ActOutcome, lastWords: ReadonlyMap<Pid, LastWords> = NO_WORDS): ActView {
    const act = this.#running(id)
    const told = toldPids(outcome)
    const isStopped = act.stop === 'asked' && victimsOf(act.plan).some(({ pid }) => !told.has(pid))
    const items = receiptItems(act.plan, outcome).map((item) => {
      if (isStopped && !told.has(item.pid)) return untouchedItem(item)
      const words = lastWords.get(item.pid)
      const known = item.outcome === 'pending' ? settledItem(item, this.#early.get(item.pid)) : item
      return words === undefined ? known : { ...known, lastWords: words }
    })
    this.#forgetEarly(act)
    return this.#keep({ ...act, status: isStopped ? 'stopped' : 'done', stop: null, endedAt: this.#now(), ...countItems(items), outcome })
  }

  /** `refused`: nobody was touched. `interrupted`: what became of its items is unknown. */
  fail(id: string, status: 'refused' | 'interrupted', fault: ClientFault): ActView {
    const act = this.#running(id)
    const items = status === 'refused' ? expectedItems(act.plan, 'untouched') : act.items
    this.#forgetEarly(act)
    return this.#keep({ ...act, status, stop: null, endedAt: this.#now(), ...countItems(items), fault })
  }

  /** Acts that were running when the server ended: `done` says what the history shows of each. */
  interrupt(done: (act: ActView) => readonly string[]): readonly ActView[] {
    return [...this.#acts.values()]
      .filter(({ status }) => status === 'running' || status === 'delayed')
      .map((act) => {
        if (act.status === 'delayed') return this.cancel(act.id)
        const items = act.items.map((item) => (item.outcome === 'waiting' ? interruptedItem(item) : item))
        const fault: ClientFault = { code: 'interrupted', done: done(act) }
        return this.#keep({ ...act, status: 'interrupted', endedAt: this.#now(), ...countItems(items), fault })
      })
  }

  /** What became of processes that were inside a native call when their act was answered: it is known once that returned, or nothing is left of them. */
  settlePending(became: (pid: Pid) => Became | undefined): void {
    for (const act of this.#acts.values()) {
      if (act.status === 'running') this.#noteEarly(act, became)
      if ((act.counts.pending ?? 0) === 0) continue
      const items = act.items.map((item) => (item.outcome === 'pending' ? settledItem(item, became(item.pid)) : item))
      if (items.some((item, index) => item !== act.items[index])) this.#keep({ ...act, ...countItems(items) })
    }
  }

  #noteEarly({ items }: ActView, became: (pid: Pid) => Became | undefined): void {
    for (const { pid } of items) {
      const outcome = became(pid)
      if (outcome !== undefined) this.#early.set(pid, outcome)
    }
  }

  #forgetEarly({ items }: ActView): void {
    for (const { pid } of items) this.#early.delete(pid)
  }

  /** Of an act that runs, or was one of the last. */
  planOf(id: string): Plan | undefined {
    return this.#acts.get(id)?.plan
  }

  async get(id: string): Promise<ActView> {
    return this.#acts.get(id) ?? (await this.#keeper.find(id)) ?? refuseCall({ code: 'unknown_act', act: id.slice(0, 80) })
  }

  /** Newest first; with `module`, those that touch it. */
  list(limit: number, module?: string): readonly ActSummary[] {
    const acts = [...this.#acts.values()].filter((act) => module === undefined || act.modules.includes(module))
    return acts
      .reverse()
      .slice(0, limit)
      .map(({ items: _items, plan: _plan, outcome: _outcome, ...summary }) => summary)
  }

  #running(id: string): ActView {
    return this.#acts.get(id) ?? refuseCall({ code: 'unknown_act', act: id.slice(0, 80) })
  }

  /** Between two moments that are kept. */
  #show(act: ActView): ActView {
    this.#acts.set(act.id, act)
    return act
  }

  #keep(act: ActView): ActView {
    this.#acts.set(act.id, act)
    this.#keeper.kept(act)
    if (this.#acts.size > ACTS_KEPT_MAX) {
      for (const kept of this.#acts.values()) {
        if (kept.status === 'running' || kept.status === 'delayed') continue
        this.#acts.delete(kept.id)
        break
      }
    }
    return act
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}

function partsDone({ done, total }: ActView): number {
  return Math.floor((done * PARTS_KEPT) / Math.max(1, total))
}

function actTitle(plan: Plan): string {
  switch (plan.verb) {
    case 'purge':
      return `purge ${plan.generations.map((number) => `${plan.module}@${number}`).join(', ')}`
    case 'kill':
      return plan.victims.length === 1 ? `kill ${plan.victims[0]?.pid}` : `kill ${plan.victims.length} processes`
    case 'exit':
      return plan.victims.length === 1 ? `exit ${plan.victims[0]?.pid}` : `exit ${plan.victims.length} processes`
    case 'move':
    case 'suspend':
    case 'resume':
      return plan.targets.length === 1 ? `${plan.verb} ${plan.targets[0]?.pid}` : `${plan.verb} ${plan.targets.length} processes`
    case 'delete':
      return `delete ${plan.module}`
    case 'rollback':
      return `rollback ${plan.module}@${plan.to}`
    case 'upgrade':
      return plan.targets.length === 1 ? `upgrade ${plan.targets[0]?.pid}` : `upgrade ${plan.targets.length} processes`
    case 'restart-scheduler':
      return `restart scheduler ${plan.scheduler}`
    case 'load':
      return `load ${plan.modules.map(({ module, next }) => `${module}@${next}`).join(', ')}`
  }
}

function countItems(items: readonly ActItem[]): Pick<ActView, 'items' | 'total' | 'done' | 'counts'> {
  const counts: Partial<Record<ItemOutcome, number>> = {}
  for (const { outcome } of items) counts[outcome] = (counts[outcome] ?? 0) + 1
  return {
    items,
    total: items.length,
    done: items.length - (counts.waiting ?? 0) - (counts.pending ?? 0) - (counts.untouched ?? 0),
    counts,
  }
}
