import type { ExitReason } from '../exit-reason.ts'
import { removeEnvelope } from '../process/message-queue.ts'
import type { QueueLimit } from '../process/message-queue.ts'
import type { Process } from '../process/process.ts'
import { ProcessError } from '../process/process-error.ts'
import type { SpawnOptions } from '../process-api/index.ts'
import { refuseCall } from './calls.ts'
import type { Core } from './core.ts'
import { beginExit } from './exits.ts'

const POLICIES: ReadonlySet<unknown> = new Set(['drop-newest', 'drop-oldest', 'exit'])

/** What `spawn` was asked for; throws `badarg` for what is none. */
export function queueLimitOf({ queueLimit }: SpawnOptions): QueueLimit | null {
  if (queueLimit === undefined) return null
  const { max, whenFull } = queueLimit
  if (!Number.isInteger(max) || max < 1 || !POLICIES.has(whenFull))
    throw new ProcessError('badarg', "queueLimit is { max: a number of messages, whenFull: 'drop-newest', 'drop-oldest' or 'exit' }")
  return { max, whenFull, dropped: 0 }
}

/** The queue is full: true when there is room for one more now. Exit and down messages are never dropped: they count, and come in over the limit. */
export function makeRoom(core: Core, process: Process, limit: QueueLimit, message: unknown): boolean {
  if (limit.whenFull === 'exit') {
    const reason: ExitReason = { type: 'exit', value: { queueLimit: limit.max } }
    beginExit(core, process, reason)
    refuseCall(core, message)
    return false
  }
  limit.dropped++
  if (limit.whenFull === 'drop-oldest') {
    for (let envelope = process.first; envelope !== null; envelope = envelope.next) {
      if (isSignal(envelope.message)) continue
      const { selection } = process
      if (selection !== null && selection.unseen === envelope) selection.unseen = envelope.next
      removeEnvelope(core, process, envelope)
      refuseCall(core, envelope.message)
      return true
    }
  }
  refuseCall(core, message)
  return false
}

function isSignal(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false
  const { type } = message as { type?: unknown }
  return type === 'exit' || type === 'down'
}
