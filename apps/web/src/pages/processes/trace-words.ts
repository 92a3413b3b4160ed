import type { TraceEntry, TraceEnd } from '@strata/runtime'

export const TRACE_ENDS: Readonly<Record<TraceEnd, string>> = {
  messages: 'It ended at its limit of messages.',
  time: 'It ended with its time.',
  stopped: 'It was stopped.',
  ended: 'It ended with the last of its processes.',
}

/** `0.0` is the host; nobody knows who sent what was under way before the trace began. */
export function endpoint(name: string | null): string {
  return name === null ? 'unknown' : name === '0.0' ? 'the host' : name
}

/** Long lists are read by lines: breaks and indents of a content are spaces. */
export function contentLine({ preview }: TraceEntry): string {
  return preview.text.replaceAll(/\s*\n\s*/g, ' ')
}

/** One line for each, as `./strata trace` prints them; times in UTC. */
export function traceText(entries: readonly TraceEntry[]): string {
  return entries
    .map((entry) => {
      const { at, pid, direction, kind, from, to } = entry
      const content = contentLine(entry)
      return direction === 'ended' ? `${at}  ${pid} ended: ${content}\n` : `${at}  ${endpoint(from)} → ${to}  ${kind}  ${content}\n`
    })
    .join('')
}
