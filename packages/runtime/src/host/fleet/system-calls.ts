import type { SystemAnswer, SystemRequest } from '../../process-api/index.ts'
import { EngineError } from '../../errors.ts'
import type { ExitReason } from '../../exit-reason.ts'
import type { Pid } from '../../ids.ts'
import type { RenderLimits } from '../../process/render-value.ts'
import type { CallAnswer } from '../protocol.ts'
import type { Fleet } from './fleet.ts'
import { LATE } from './within.ts'

/** The process has ended, before or while it was asked. */
export interface Ended {
  readonly status: 'ended'
  readonly reason: ExitReason
}

/** Asks a behaviour's process with a system message, and waits so long at most: it is answered at its place in the queue. */
export async function askSystem(
  { fleet }: { readonly fleet: Fleet },
  pid: Pid,
  request: SystemRequest,
  waitMs: number,
): Promise<SystemAnswer | Ended | typeof LATE> {
  return answered(() => fleet.linkOf(pid).ask('call', { pid, message: { $system: request } }, waitMs))
}

/** The same with states in the answer as text. */
export async function lookAt(
  { fleet }: { readonly fleet: Fleet },
  pid: Pid,
  request: SystemRequest,
  limits: RenderLimits,
  waitMs: number,
): Promise<SystemAnswer | Ended | typeof LATE> {
  return answered(() => fleet.linkOf(pid).ask('look', { pid, request, limits }, waitMs))
}

async function answered(ask: () => Promise<CallAnswer>): Promise<SystemAnswer | Ended | typeof LATE> {
  try {
    const answer = await ask()
    return answer.status === 'ended' ? answer : (answer.value as SystemAnswer)
  } catch (error) {
    if (error instanceof EngineError && error.fault.code === 'scheduler_held') return LATE
    throw error
  }
}
