import type { HostAnswer } from '../process/process.ts'
import { type RenderLimits, renderValue } from '../process/render-value.ts'

const STATES = ['state', 'before', 'after'] as const

/** A behaviour's answer to a system message with its states as text, so that what crosses to other threads is bounded. */
export function renderAnswer(answer: HostAnswer, limits: RenderLimits): HostAnswer {
  if (answer.status !== 'answered' || typeof answer.value !== 'object' || answer.value === null) return answer
  const value: Record<string, unknown> = { ...answer.value }
  for (const name of STATES) if (name in value) value[name] = renderValue(value[name], limits)
  return { status: 'answered', value }
}
