import { EngineError, refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import { describeExit, NORMAL, type ExitReason } from '../../exit-reason.ts'
import type { Pid } from '../../ids.ts'
import { askAll } from '../fleet/fleet.ts'
import { STAGE_WAIT_MS, VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'

// HOST1: what whoever has the engine does with processes, as a process does with its neighbours.

export interface SpawnEntry {
  readonly module: string
  readonly export: string
  readonly args?: readonly unknown[]
  readonly name?: string
  readonly scheduler?: number
}

/** On the first scheduler, unless another is named. */
export async function spawnProcess(parts: RuntimeParts, entry: SpawnEntry): Promise<Pid> {
  const { module, export: exportName, args = [], name = null, scheduler } = entry
  const link = scheduler === undefined ? parts.fleet.first() : parts.fleet.keeper(scheduler).link
  parts.code.history(module)
  const why = parts.safeMode()
  if (why !== null) refuse({ code: 'safe_mode', why })
  return (await link.ask('spawn', { module, export: exportName, args, name }, STAGE_WAIT_MS)).pid
}

export async function sendMessage(parts: RuntimeParts, pid: Pid, message: unknown, by: By): Promise<void> {
  const { found, modules } = await parts.fleet.linkOf(pid).ask('send', { pid, message }, VIEW_WAIT_MS)
  if (!found) refuse({ code: 'unknown_pid', pid })
  parts.emit({ type: 'sent', pid, modules, by })
}

export async function callProcess(parts: RuntimeParts, pid: Pid, message: object, deadlineMs: number): Promise<unknown> {
  const answer = await parts.fleet
    .linkOf(pid)
    .ask('call', { pid, message }, deadlineMs)
    .catch((error: unknown) => {
      if (error instanceof EngineError && error.fault.code === 'scheduler_held') return refuse({ code: 'call_timeout', pid, deadlineMs })
      throw error
    })
  if (answer.status === 'answered') return answer.value
  const { reason } = answer
  return refuse(reason.type === 'noproc' ? { code: 'unknown_pid', pid } : { code: 'process_ended', pid, why: describeExit(reason) })
}

export async function awaitEnd(parts: RuntimeParts, pid: Pid): Promise<ExitReason> {
  const answer = await parts.fleet.linkOf(pid).ask('awaitEnd', { pid }, Number.POSITIVE_INFINITY)
  return answer.status === 'ended' ? answer.reason : NORMAL
}

export async function findRegistered(parts: RuntimeParts, name: string): Promise<Pid | null> {
  const found = await askAll(parts.fleet.links(), 'whereis', { name }, VIEW_WAIT_MS)
  return found.find((pid) => pid !== null) ?? null
}
