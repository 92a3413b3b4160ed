import { types } from 'node:util'
import type { Envelope } from './message-queue.ts'

/** Measured on V8 13 without pointer compression: header and properties of a small object, a slot, an envelope. */
const OBJECT_BYTES = 40
const SLOT_BYTES = 8
const ENTRY_BYTES = 32
/** Values of one message that are looked at; the rest is taken to be like them. */
const VALUES_MAX = 2_000

/** About how many bytes a message, which is a copy and plain data, takes on the heap and beside it. */
export function estimateBytes(message: unknown): number {
  let bytes = 0
  let seen = 0
  const pending: unknown[] = [message]
  while (pending.length > 0 && seen < VALUES_MAX) {
    const value = pending.pop()
    seen++
    if (typeof value === 'string') bytes += 16 + value.length
    else if (typeof value === 'bigint') bytes += 24
    else if (typeof value === 'object' && value !== null) bytes += addObject(value, pending)
  }
  return pending.length === 0 ? bytes : Math.round((bytes * (seen + pending.length)) / seen)
}

/** Messages of one queue that are weighed, or up to twice as many. */
const WEIGHED_MIN = 64

/** About how many bytes wait in a queue. */
export function estimateQueueBytes({ first, length }: { readonly first: Envelope | null; readonly length: number }): number {
  // An odd step, so that of pairs not always the same one is met.
  const step = Math.floor(length / WEIGHED_MIN) | 1
  let bytes = 0
  let weighed = 0
  let index = 0
  for (let at = first; at !== null; at = at.next) {
    if (index++ % step !== 0) continue
    bytes += estimateBytes(at.message)
    weighed++
  }
  return weighed === 0 ? 0 : (bytes / weighed) * length
}

function addObject(value: object, pending: unknown[]): number {
  if (Array.isArray(value)) {
    const { length } = value
    for (let i = 0; i < Math.min(length, VALUES_MAX); i++) pending.push(value[i])
    return OBJECT_BYTES + SLOT_BYTES * length
  }
  if (ArrayBuffer.isView(value)) return OBJECT_BYTES + value.buffer.byteLength
  if (types.isAnyArrayBuffer(value)) return OBJECT_BYTES + value.byteLength
  if (value instanceof Map || value instanceof Set) {
    let taken = 0
    for (const entry of value.entries()) {
      if (taken++ >= VALUES_MAX) break
      pending.push(entry[0], entry[1])
    }
    return OBJECT_BYTES + ENTRY_BYTES * value.size
  }
  const keys = Object.keys(value)
  for (const key of keys) pending.push((value as Record<string, unknown>)[key])
  return OBJECT_BYTES + SLOT_BYTES * keys.length
}
