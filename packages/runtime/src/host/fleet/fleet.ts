import { MessageChannel } from 'node:worker_threads'
import { EngineError, refuse } from '../../errors.ts'
import { schedulerOf, type Pid } from '../../ids.ts'
import type { NameTable } from '../../scheduler/name-table.ts'
import { createFlow } from '../thread/peer-line.ts'
import type { SchedulerVerb, SchedulerVerbs } from '../protocol.ts'
import type { SchedulerKeeper } from './scheduler-keeper.ts'
import type { SchedulerLink } from './scheduler-link.ts'

/** All schedulers of a runtime: which of them take part in an act, and how they reach each other. */
export class Fleet {
  readonly keepers: readonly SchedulerKeeper[]
  readonly #names: NameTable | null

  constructor(keepers: readonly SchedulerKeeper[], names: NameTable | null) {
    this.keepers = keepers
    this.#names = names
  }

  keeper(scheduler: number): SchedulerKeeper {
    return this.keepers.find(({ id }) => id === scheduler) ?? refuse({ code: 'unknown_scheduler', scheduler })
  }

  /** The scheduler of a process, whether that exists or not. */
  linkOf(pid: Pid): SchedulerLink {
    return this.keepers.find(({ id }) => id === schedulerOf(pid))?.link ?? refuse({ code: 'unknown_pid', pid })
  }

  /** The scheduler of root processes, and of whatever the host starts without saying where. */
  first(): SchedulerLink {
    return (this.keepers[0] as SchedulerKeeper).link
  }

  /**
   * Those that take part in an act on code which begins now. One that is starting gets what is current when the act is over; the threads of an act stay the same to
   * its end, so that one that is lost meanwhile answers `runtime_down` instead of keeping the act waiting for its next life.
   */
  links(): readonly SchedulerLink[] {
    const open = this.keepers.map(({ link }) => link).filter((link) => link.isUp)
    return open.length > 0 ? open : [this.first()]
  }

  /** Joins a scheduler whose current generations are there to all others that are up. */
  connect(link: SchedulerLink): void {
    for (const { link: other } of this.keepers) {
      if (other === link || !other.isUp) continue
      const { port1, port2 } = new MessageChannel()
      const flow = createFlow()
      other.tell('connect', { peer: link.id, words: link.words.buffer as SharedArrayBuffer, port: port1, flow, side: 0 }, [port1])
      link.tell('connect', { peer: other.id, words: other.words.buffer as SharedArrayBuffer, port: port2, flow, side: 1 }, [port2])
    }
  }

  /** A thread has ended: its names are free, and everybody who was tied to its processes is told. */
  lost(id: number): void {
    this.#names?.dropScheduler(id)
    for (const { link } of this.keepers) if (link.id !== id && link.isUp) link.tell('lost', { peer: id })
  }
}

/** Asks each; waits for every answer, then throws the first refusal: an act must not go on while one of its questions is still under way. */
export async function askAll<V extends SchedulerVerb>(
  links: readonly SchedulerLink[],
  verb: V,
  ask: SchedulerVerbs[V]['ask'] | ((link: SchedulerLink) => SchedulerVerbs[V]['ask']),
  waitMs: number,
): Promise<SchedulerVerbs[V]['answer'][]> {
  const asked = links.map((link) => link.ask(verb, typeof ask === 'function' ? ask(link) : ask, waitMs))
  const settled = await Promise.allSettled(asked)
  return settled.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}

/** Those of these processes that are on that scheduler. */
export function ownOf(pids: readonly Pid[], scheduler: number): readonly Pid[] {
  return pids.filter((pid) => schedulerOf(pid) === scheduler)
}

/** Schedulers that have some of these processes. */
export function ownersOf(links: readonly SchedulerLink[], pids: readonly Pid[]): readonly SchedulerLink[] {
  const schedulers = new Set(pids.map(schedulerOf))
  return links.filter(({ id }) => schedulers.has(id))
}

/** Asks each scheduler about its own of these processes, those without any not at all. */
export async function askOwn<V extends SchedulerVerb>(
  links: readonly SchedulerLink[],
  verb: V,
  pids: readonly Pid[],
  ask: (own: readonly Pid[]) => SchedulerVerbs[V]['ask'],
  waitMs: number,
): Promise<{ readonly own: readonly Pid[]; readonly answer: SchedulerVerbs[V]['answer'] }[]> {
  const owners = ownersOf(links, pids)
  const own = new Map(owners.map((link) => [link, ownOf(pids, link.id)]))
  const answers = await askAll(owners, verb, (link) => ask(own.get(link) ?? []), waitMs)
  return answers.map((answer, index) => ({ own: own.get(owners[index] as SchedulerLink) ?? [], answer }))
}

/** As `askAll`, where a scheduler that was lost meanwhile has nothing to answer: its processes and its code went with it. */
export async function askLiving<V extends SchedulerVerb>(
  links: readonly SchedulerLink[],
  verb: V,
  ask: SchedulerVerbs[V]['ask'] | ((link: SchedulerLink) => SchedulerVerbs[V]['ask']),
  waitMs: number,
): Promise<{ readonly link: SchedulerLink; readonly answer: SchedulerVerbs[V]['answer'] }[]> {
  const asked = links.map((link) => link.ask(verb, typeof ask === 'function' ? ask(link) : ask, waitMs))
  const settled = await Promise.allSettled(asked)
  return settled.flatMap((outcome, index) => {
    if (outcome.status === 'fulfilled') return [{ link: links[index] as SchedulerLink, answer: outcome.value }]
    if (isLost(outcome.reason)) return []
    throw outcome.reason
  })
}

export function isLost(error: unknown): boolean {
  return error instanceof EngineError && error.fault.code === 'runtime_down'
}
