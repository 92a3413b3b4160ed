import type { Process } from './process.ts'

/** A message in a process's queue. */
export interface Envelope {
  readonly message: unknown
  next: Envelope | null
}

/** How many messages may wait for a process, and what happens to one more. */
export interface QueueLimit {
  readonly max: number
  readonly whenFull: 'drop-newest' | 'drop-oldest' | 'exit'
  dropped: number
}

/** How many messages wait on a scheduler: counted as they come and go. */
export interface QueueTotal {
  queued: number
}

export function appendMessage(total: QueueTotal, process: Process, message: unknown): void {
  const envelope: Envelope = { message, next: null }
  if (process.last === null) process.first = envelope
  else process.last.next = envelope
  process.last = envelope
  process.queueLength++
  total.queued++
  const { selection } = process
  if (selection !== null && selection.match !== null && selection.unseen === null) selection.unseen = envelope
}

/** Takes the first message; the queue must not be empty. */
export function takeFirst(total: QueueTotal, process: Process): unknown {
  const envelope = process.first as Envelope
  process.first = envelope.next
  if (envelope.next === null) process.last = null
  process.queueLength--
  total.queued--
  return envelope.message
}

export interface Taken {
  readonly message: unknown
}

/**
 * Takes the first message from `from` on for which `match` is true, or returns `undefined`. `match` is user code: it may throw, and it may append to the
 * queue, but not take from it.
 */
export function takeMatching(
  total: QueueTotal,
  process: Process,
  from: Envelope | null,
  match: (message: unknown) => unknown,
): Taken | undefined {
  for (let envelope = from; envelope !== null; envelope = envelope.next) {
    if (match(envelope.message)) {
      removeEnvelope(total, process, envelope)
      return envelope
    }
  }
  return undefined
}

export function removeEnvelope(total: QueueTotal, process: Process, envelope: Envelope): void {
  let before: Envelope | null = null
  for (let at = process.first; at !== envelope; at = at.next) {
    if (at === null) return
    before = at
  }
  if (before === null) process.first = envelope.next
  else before.next = envelope.next
  if (process.last === envelope) process.last = before
  process.queueLength--
  total.queued--
}

export function clearMessages(total: QueueTotal, process: Process): void {
  total.queued -= process.queueLength
  process.first = process.last = null
  if (process.selection !== null) process.selection.unseen = null
  process.queueLength = 0
}
