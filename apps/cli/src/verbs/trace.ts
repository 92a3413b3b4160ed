import type { TraceEntry, TraceView } from '@strata/runtime'
import { escapeText, formatJson } from '../escape-text.ts'
import { countOf, formatDuration, parseDuration } from '../format-figures.ts'
import { FILTER_HELP, FILTER_OPTIONS, readMatching } from '../process-filter.ts'
import { TRACE_ENDS } from '../process-event-text.ts'
import { numberOption, pids, textOption } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

const READ_AGAIN_MS = 300

export const traceVerb: Verb = {
  name: 'trace',
  summary: 'show what processes get and send from now on, for a bounded time',
  usage: 'trace PID… | --matching CONDITIONS [--messages N] [--for 30s] [--redact NAMES] [--reason TEXT]',
  options: {
    ...FILTER_OPTIONS,
    matching: { type: 'boolean' },
    messages: { type: 'string' },
    for: { type: 'string' },
    redact: { type: 'string' },
    reason: { type: 'string' },
  },
  help: `  --messages N    stop after so many (200; 1,000 at most)
  --for TIME      stop after so long: 30s, 1m (30s; 60s at most)
  --redact NAMES  show nothing under keys that contain one of these (comma separated), beside those that name secrets
  --reason TEXT   stands in the activity
  --matching      the processes that meet these conditions now, 20 at most:
${FILTER_HELP}
Messages, calls, answers, exit signals and downs, as they come, and the process's own end. It ends by itself, with the last of its processes, or with Ctrl-C.
That you looked stands in the activity.
JSON: one object a line: {at, pid, direction: 'received'|'sent'|'ended', kind: 'message'|'call'|'reply'|'exit'|'down'|'ended', from, to, preview: {text, isCut}}, then
{trace, end: {why: 'messages'|'time'|'stopped'|'ended', at}, seen, dropped}; dropped: went by after the last one
`,
  async run(call) {
    const matching = readMatching(call)
    const { client, io } = call
    const messages = numberOption(call, 'messages')
    const forMs = duration(call, 'for')
    const begun = await client.traces.begin.mutate({
      targets: matching === undefined ? { pids: [...pids(call.positionals)] } : { matching },
      redact: (textOption(call, 'redact') ?? '').split(',').filter((name) => name !== ''),
      reason: textOption(call, 'reason') ?? '',
      ...(messages === undefined ? {} : { messages }),
      ...(forMs === undefined ? {} : { forMs }),
    })
    if (!call.json)
      io.err(
        `Tracing ${begun.pids.join(', ')}: ${countOf(begun.messages, 'message')} at most, for ${formatDuration(begun.forMs)}. Ctrl-C stops it.\n`,
      )
    let stopped = false
    for (let after = 0; ; ) {
      const page = await client.traces.entries.query({ trace: begun.id, after })
      for (const entry of page.entries) io.out(call.json ? `${formatJson(entry)}\n` : `${entryLine(entry, begun.pids.length > 1)}\n`)
      after = page.next
      if (page.end !== null && after >= page.seen) {
        io.out(call.json ? `${formatJson(summaryOf(page))}\n` : summaryLine(page))
        return EXIT_DONE
      }
      if (io.signal.aborted && !stopped) {
        stopped = true
        await client.traces.stop.mutate({ trace: begun.id })
      } else if (page.entries.length === 0) await pause(io.signal, stopped)
    }
  },
}

/** A moment, or less when Ctrl-C comes. */
function pause(signal: AbortSignal, stopped: boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, READ_AGAIN_MS)
  if (!stopped)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  return promise
}

/** `15:04:05.123  1.5 ← 1.9  call  { type: "join" }`. */
function entryLine({ at, pid, direction, kind, from, to, preview }: TraceEntry, several: boolean): string {
  const time = at.slice(11, 23)
  const content = escapeText(preview.text.replaceAll(/\s*\n\s*/g, ' '))
  if (direction === 'ended') return `${time}  ${pid} ended: ${content}`
  const other = direction === 'sent' ? `→ ${to}` : `← ${from === '0.0' ? 'host' : (from ?? 'unknown')}`
  return `${time}  ${several ? `${pid} ` : ''}${escapeText(other)}  ${kind}  ${content}`
}

function summaryOf({ id, end, seen, dropped }: TraceView) {
  return { trace: id, end, seen, dropped }
}

function summaryLine({ end, seen, dropped }: TraceView): string {
  const why = end === null ? '' : `: ${TRACE_ENDS[end.why]}`
  return `${countOf(seen, 'message')}${dropped === 0 ? '' : `, ${dropped} more went by unseen`}. The trace has ended${why}.\n`
}

function duration(call: Call, name: string): number | undefined {
  const text = textOption(call, name)
  if (text === undefined) return undefined
  return parseDuration(text) ?? notATime(name, text)
}

function notATime(name: string, text: string): never {
  throw new UsageError(`--${name} takes a time such as 30s or 1m, not ${text}`)
}
