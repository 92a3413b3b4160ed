import { decideVictims } from '../../code/purge-plan.ts'
import { NORMAL, type ExitReason } from '../../exit-reason.ts'
import type { ModuleGeneration, Pid } from '../../ids.ts'
import { exitVictims, fallingVictims, lossOf, modulesIn, pinsOfGenerations, type AcrossSignal } from '../../inspect/process-views.ts'
import type { FallingHere } from '../../inspect/victims.ts'
import type { Victim } from '../../inspect/views.ts'
import type { Scheduler } from '../../scheduler/scheduler.ts'
import { isAimedAt } from '../../victim-cause.ts'
import type { EndAnswer } from '../protocol.ts'
import type { Answers } from './answers.ts'
import type { PurgeDesk } from './purge-desk.ts'

/** Who would end, and what ends them: in one step with a last look at who it would be (PLAN1). */
export function answerEnds(
  scheduler: Scheduler,
  purges: PurgeDesk,
): Answers<'victims' | 'exitVictims' | 'lossOf' | 'purge' | 'kill' | 'exit' | 'endForMemory'> {
  function victimsOf(generations: readonly ModuleGeneration[], pids: readonly Pid[], across: readonly AcrossSignal[] = []): FallingHere {
    const pinning = new Set(pinsOfGenerations(scheduler, generations).flatMap((entry) => entry.pids))
    return fallingVictims(scheduler, [...pinning], pids, across)
  }

  function end(actual: readonly Victim[], planned: readonly Victim[], by: 'purge' | 'operator', reason: string): EndAnswer {
    const decision = decideVictims(planned, actual)
    if (decision.status === 'changed') return { status: 'changed', changes: decision.changes }
    for (const pid of decision.kill) scheduler.kill(pid, by, reason)
    return { status: 'ended', killed: decision.kill, alsoEnded: decision.fall, skipped: decision.skipped }
  }

  return {
    victims: ({ generations, pids, across }) => victimsOf(generations, pids, across),
    exitVictims: ({ pids, exitReason, across }) => exitVictims(scheduler, pids, exitReason, across),
    lossOf: ({ scheduler: other }) => lossOf(scheduler, other),
    purge: ({ generations, planned, reason }) => {
      const actual = victimsOf(generations, []).victims
      const outcome = end(actual, planned ?? actual, 'purge', reason)
      if (outcome.status === 'ended') for (const generation of generations) purges.remove(generation)
      return outcome
    },
    kill: ({ pids, reason, by, planned }) => {
      const actual = victimsOf([], pids).victims
      if (planned !== null) return end(actual, planned, by, reason)
      const [pid] = pids
      if (pid === undefined || scheduler.kill(pid, by, reason) === 'not_found') return { status: 'not_found' }
      const alsoEnded = actual.filter(({ because }) => !isAimedAt(because)).map((victim) => victim.pid)
      const modules = actual.flatMap((victim) => (victim.pid === pid ? (victim.module ?? []) : []))
      return { status: 'ended', killed: [pid], alsoEnded, skipped: [], modules }
    },
    exit: ({ pids, reason, planned }) => {
      const isNormal = reason === 'normal'
      const decision = planned === null ? null : decideVictims(planned, exitVictims(scheduler, pids, reason, []).victims)
      if (decision?.status === 'changed') return decision
      const signal: ExitReason = isNormal ? NORMAL : { type: 'exit', value: reason }
      const modules = modulesIn(scheduler.core, pids)
      return { status: 'sent', outcomes: pids.map((pid) => scheduler.signalExit(pid, signal)), modules }
    },
    endForMemory: ({ pid, bytes, stack }) => {
      scheduler.endForMemory(pid, bytes, stack)
      return null
    },
  }
}
