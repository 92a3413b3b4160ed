import type { PreviewOptions, StateView } from '../../engine.ts'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { Pid } from '../../ids.ts'
import type { QueuePreview } from '../../inspect/preview-queue.ts'
import type { Rendered, RenderLimits } from '../../process/render-value.ts'
import { VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import { lookAt } from '../fleet/system-calls.ts'
import { LATE } from '../fleet/within.ts'

/** PREV2: what is shown of a process at most. */
const MESSAGES_MAX = 50
const PREVIEW_CHARS_MAX = 64_000
const STATE_WAIT_MS = 1_000
const LOOKED_AT = new Set(['server', 'state-machine', 'supervisor'])

export function previewLimits(parts: RuntimeParts, { redact = [] }: PreviewOptions = {}): RenderLimits {
  return { maxChars: PREVIEW_CHARS_MAX, redact: [...parts.redact, ...redact] }
}

export async function previewQueue(parts: RuntimeParts, pid: Pid, by: By, options?: PreviewOptions): Promise<QueuePreview> {
  const ask = { pid, count: MESSAGES_MAX, limits: previewLimits(parts, options) }
  const { queue, module } = (await parts.fleet.linkOf(pid).ask('previewQueue', ask, VIEW_WAIT_MS)) ?? refuse({ code: 'unknown_pid', pid })
  if (options?.untold !== true) parts.emit({ type: 'looked', what: 'queue', pid, module, by })
  return queue
}

/** Asks the process between two messages; one that is suspended or busy does not answer. */
export async function previewState(parts: RuntimeParts, pid: Pid, by: By, options?: PreviewOptions): Promise<StateView> {
  const { behaviour, status, module } =
    (await parts.fleet.linkOf(pid).ask('process', { pid }, VIEW_WAIT_MS)) ?? refuse({ code: 'unknown_pid', pid })
  if (behaviour === null || !LOOKED_AT.has(behaviour.kind)) return { status: 'none', why: 'raw_loop' }
  if (status === 'suspended') return { status: 'none', why: 'suspended' }
  parts.emit({ type: 'looked', what: 'state', pid, module: behaviour.module ?? module, by })
  const answer = await lookAt(parts, pid, { type: 'getState' }, previewLimits(parts, options), STATE_WAIT_MS)
  if (answer === LATE || answer.status === 'ended') return { status: 'none', why: 'no_answer' }
  if (answer.status !== 'state') return { status: 'none', why: 'unreadable' }
  return { status: 'shown', ...behaviour, generation: answer.generation, state: answer.state as Rendered }
}
