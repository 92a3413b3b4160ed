import type { Pid } from '../ids.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { moduleOf } from './process-row.ts'
import { type Rendered, type RenderLimits, renderValue } from '../process/render-value.ts'

/** The first messages of a process's queue as text, oldest first; `undefined` when there is no such process. */
export interface QueuePreview {
  readonly total: number
  readonly messages: readonly Rendered[]
}

/** With the module that the process is in. */
export interface QueueLook {
  readonly queue: QueuePreview
  readonly module: string | null
}

/** `maxChars` is for all of them together. */
export function previewQueue({ core }: Scheduler, pid: Pid, count: number, limits: RenderLimits): QueueLook | null {
  const process = core.processes.get(pid)
  if (process === undefined) return null
  const messages: Rendered[] = []
  let left = limits.maxChars
  for (let envelope = process.first; envelope !== null && messages.length < count && left > 0; envelope = envelope.next) {
    const rendered = renderValue(envelope.message, { ...limits, maxChars: left })
    messages.push(rendered)
    left -= rendered.text.length
  }
  return { queue: { total: process.queueLength, messages }, module: moduleOf(core, process) }
}
