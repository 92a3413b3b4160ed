import { schedulerOf, type ModuleGeneration, type Pid } from '../../ids.ts'
import type { AcrossSignal, FallingHere } from '../../inspect/victims.ts'
import type { Follows, Victim, VictimsView } from '../../inspect/views.ts'
import { askLiving, ownersOf, ownOf } from '../fleet/fleet.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'

/** Who pins these generations or was chosen, and everybody who falls with them, over all schedulers. `across`: what ends that nobody here is asked about bring with them. */
export async function gatherVictims(
  links: readonly SchedulerLink[],
  generations: readonly ModuleGeneration[],
  pids: readonly Pid[],
  waitMs: number,
  across: readonly AcrossSignal[] = [],
): Promise<VictimsView> {
  const begin = generations.length > 0 ? links : ownersOf(links, [...pids, ...across.map(({ to }) => to)])
  return gatherFrom(links, begin, across, async (asked, told) =>
    askLiving(asked, 'victims', ({ id }) => ({ generations, pids: ownOf(pids, id), across: told(id) }), waitMs),
  )
}

/** An exit signal to these: whom it reaches, who falls with them, and who traps it. */
export async function gatherExitVictims(
  links: readonly SchedulerLink[],
  pids: readonly Pid[],
  exitReason: string,
  waitMs: number,
): Promise<VictimsView & { readonly trapping: readonly Pid[] }> {
  const trapping = new Set<Pid>()
  const found = await gatherFrom(links, ownersOf(links, pids), [], async (asked, told) => {
    const answers = await askLiving(asked, 'exitVictims', ({ id }) => ({ pids: ownOf(pids, id), exitReason, across: told(id) }), waitMs)
    for (const { answer } of answers) for (const pid of answer.trapping) trapping.add(pid)
    return answers
  })
  return { ...found, trapping: [...trapping] }
}

type Told = (scheduler: number) => readonly AcrossSignal[]

async function gatherFrom(
  links: readonly SchedulerLink[],
  begin: readonly SchedulerLink[],
  across: readonly AcrossSignal[],
  ask: (links: readonly SchedulerLink[], told: Told) => Promise<readonly { readonly link: SchedulerLink; readonly answer: FallingHere }[]>,
): Promise<VictimsView> {
  const ids = (some: readonly SchedulerLink[]): number[] => some.map(({ id }) => id)
  return followAcross(ids(links), ids(begin), across, async (schedulers, told) => {
    const answers = await ask(
      links.filter(({ id }) => schedulers.includes(id)),
      told,
    )
    return answers.map(({ link, answer }) => ({ scheduler: link.id, ...answer }))
  })
}

/**
 * Asks the schedulers of `begin` about their own, then those of all that ends on another reach, with all that has reached them, until nothing reaches further. What a scheduler
 * says last it says about all that it was told. One that does not answer has no processes any more.
 */
export async function followAcross(
  schedulers: readonly number[],
  begin: readonly number[],
  across: readonly AcrossSignal[],
  ask: (schedulers: readonly number[], told: Told) => Promise<readonly (FallingHere & { readonly scheduler: number })[]>,
): Promise<VictimsView> {
  const found = new Map<Pid, Victim>()
  const follows = new Map<number, Follows>()
  const reached = new Map(across.map((signal) => [keyOf(signal), signal]))
  for (let concerned = begin; concerned.length > 0; ) {
    const answers = await ask(concerned, (scheduler) => [...reached.values()].filter(({ to }) => schedulerOf(to) === scheduler))
    const fresh = new Set<number>()
    for (const { scheduler, victims, across: sent, follows: then } of answers) {
      follows.set(scheduler, then)
      for (const victim of victims) if (!found.has(victim.pid)) found.set(victim.pid, victim)
      for (const signal of sent) {
        if (reached.has(keyOf(signal))) continue
        reached.set(keyOf(signal), signal)
        fresh.add(schedulerOf(signal.to))
      }
    }
    concerned = schedulers.filter((scheduler) => fresh.has(scheduler))
  }
  const all = [...follows.values()]
  return {
    victims: [...found.values()],
    follows: { givingUp: all.flatMap(({ givingUp }) => givingUp), restarts: all.flatMap(({ restarts }) => restarts) },
  }
}

function keyOf({ type, from, to }: AcrossSignal): string {
  return `${type} ${from} ${to}`
}
