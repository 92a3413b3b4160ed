import { types } from 'node:util'
import type { CodeInstance } from '../code/instance.ts'
import { copyMessage } from '../process/copy-message.ts'
import { ownerOf } from '../process/frame.ts'
import type { Frame } from '../process/frame.ts'
import type { Process } from '../process/process.ts'

/** The frame of user code that a process is in: its first strand's, or, where that waits in none, another strand's. */
export function innermostFrame(process: Process): Frame | null {
  const main = userFrame(process.top)
  if (main !== null) return main
  for (const strand of process.relations?.strands ?? []) {
    const frame = userFrame(strand.top)
    if (frame !== null) return frame
  }
  return null
}

function userFrame(top: Frame | null): Frame | null {
  for (let frame = top; frame !== null; frame = frame.parent) if (!ownerOf(frame.descriptor).isRuntime) return frame
  return null
}

export function innermostOwner(process: Process): CodeInstance | null {
  const frame = innermostFrame(process)
  return frame === null ? null : ownerOf(frame.descriptor)
}

const MESSAGE_DEPTH_MAX = 8

/** Reading it runs no code: it is looked at for an operator, outside any turn, where nothing could end a getter that loops. */
function isInert(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function'
  if (depth === 0 || types.isProxy(value)) return false
  return Object.values(Object.getOwnPropertyDescriptors(value)).every(
    (property) => 'value' in property && isInert(property.value, depth - 1),
  )
}

/** A copy of an export that is a message of plain values; `undefined` when there is none, or it is none. */
export function exportedMessage(owner: CodeInstance, name: string): unknown {
  try {
    if (!Object.hasOwn(owner.instance.exports, name)) return undefined
    const message = owner.instance.exports[name]
    return isInert(message, MESSAGE_DEPTH_MAX) ? copyMessage(message) : undefined
  } catch {
    return undefined
  }
}
