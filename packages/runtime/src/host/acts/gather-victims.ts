import { schedulerOf, type ModuleGeneration, type Pid } from '../../ids.ts'
import type { Follows, Victim, VictimsView } from '../../inspect/views.ts'
import { askLiving } from '../fleet/fleet.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'

/**
 * Who pins these generations or was chosen, and everybody who falls with them, over all schedulers: each is asked for its own, then for those that links from another
 * scheduler reach, until no link leads on. `linked`: reached by links of somebody else who ends. A scheduler that is lost meanwhile has no
 * processes any more.
 */
export async function gatherVictims(
  links: readonly SchedulerLink[],
  generations: readonly ModuleGeneration[],
  pids: readonly Pid[],
  waitMs: number,
  linked: readonly Pid[] = [],
): Promise<VictimsView> {
  const found = new Map<Pid, Victim>()
  const follows = new Map<number, Follows>()
  /** Processes that a link from another scheduler reaches; whoever traps exits does not fall. */
  const reached = new Set<Pid>(linked)
  const onScheduler = (all: Iterable<Pid>, id: number): Pid[] => [...all].filter((pid) => schedulerOf(pid) === id)
  let concerned = links
  while (concerned.length > 0) {
    const living = await askLiving(
      concerned,
      'victims',
      ({ id }) => ({ generations, pids: onScheduler(pids, id), linked: onScheduler(reached, id) }),
      waitMs,
    )
    // What a scheduler says last it says about all that it was told.
    for (const { link, answer } of living) follows.set(link.id, answer.follows)
    const answers = living.map(({ answer }) => answer)
    for (const { victims } of answers) for (const victim of victims) if (!found.has(victim.pid)) found.set(victim.pid, victim)
    const fresh = answers.flatMap(({ across }) => across).filter((pid) => !found.has(pid) && !reached.has(pid))
    for (const pid of fresh) reached.add(pid)
    concerned = links.filter(({ id }) => fresh.some((pid) => schedulerOf(pid) === id))
  }
  const all = [...follows.values()]
  return {
    victims: [...found.values()],
    follows: { givingUp: all.flatMap(({ givingUp }) => givingUp), restarts: all.flatMap(({ restarts }) => restarts) },
  }
}
