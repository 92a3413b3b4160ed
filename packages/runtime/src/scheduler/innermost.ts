import type { CodeInstance } from '../code/instance.ts'
import { copyMessage } from '../process/copy-message.ts'
import { ownerOf } from '../process/frame.ts'
import type { Frame } from '../process/frame.ts'
import type { Process } from '../process/process.ts'

/** The frame of user code that a process is in: its first strand's, or, where that waits in none, another strand's. */
export function innermostFrame(process: Process): Frame | null {
  if (process.main?.top) return process.main.top
  for (const strand of process.relations?.strands ?? []) if (strand.top !== null) return strand.top
  return null
}

export function innermostOwner(process: Process): CodeInstance | null {
  const frame = innermostFrame(process)
  return frame === null ? null : ownerOf(frame.descriptor)
}

/** A copy of an export that is a message; `undefined` when there is none, or it is none. */
export function exportedMessage(owner: CodeInstance, name: string): unknown {
  try {
    return Object.hasOwn(owner.instance.exports, name) ? copyMessage(owner.instance.exports[name]) : undefined
  } catch {
    return undefined
  }
}
