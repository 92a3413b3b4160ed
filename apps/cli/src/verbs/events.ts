import { activityFilters, FILTER_OPTIONS } from '../activity-filters.ts'
import { escapeText, formatJson } from '../escape-text.ts'
import { eventText, type ShownEvent } from '../event-text.ts'
import { flag, noPositionals, numberOption } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

export const eventsVerb: Verb = {
  name: 'events',
  summary: 'what happened: loads, purges, kills, crashes, sign-ins; with --follow also what happens next',
  usage: 'events [--follow] [--limit N] [--module M] [--actor A] [--type T] [--since TIME] [--until TIME] [--before ID]',
  options: {
    follow: { type: 'boolean' },
    limit: { type: 'string' },
    ...FILTER_OPTIONS,
    before: { type: 'string' },
  },
  help: `  --follow        go on until Ctrl-C
  --limit N       how many of the latest to begin with (20; 500 at most)
  --module M      only what speaks of this module; --actor A, --type T likewise, such as --type purged
  --since TIME    from this time on, and --until TIME before that one: ISO 8601, such as 2026-11-22T03:00Z
  --before ID     those before this id: the next page

JSON: [{at, type, …}], oldest first; with --follow one object a line
`,
  async run(call) {
    noPositionals(call)
    const limit = numberOption(call, 'limit') ?? 20
    const chosen = filters(call)
    if (flag(call, 'follow') && Object.keys(chosen).length > 0) throw new UsageError('--follow tells everything: leave the filters away')
    // Read first: what the stream resumes from is never newer than the list.
    const { lastEventId } = await call.client.system.info.query()
    const { lines } = await call.client.activity.list.query({ limit: Math.max(1, limit), ...chosen })
    const events = limit === 0 ? [] : [...lines].reverse()
    if (!flag(call, 'follow')) {
      call.io.out(call.json ? `${formatJson(events, 2)}\n` : events.map(lineOf).join(''))
      return EXIT_DONE
    }
    for (const event of events) show(call, event)
    // Numbers count within one life of the server; lines of former ones are older than whatever comes.
    const present = lines.filter(({ life }) => lastEventId.startsWith(`${life}-`))
    await follow(call, lastEventId, Math.max(0, ...present.map((line) => ('seq' in line ? line.seq : 0))))
    return EXIT_DONE
  },
}

function filters(call: Call) {
  const before = numberOption(call, 'before')
  return { ...activityFilters(call), ...(before === undefined ? {} : { before }) }
}

function follow(call: Call, lastEventId: string, shownSeq: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let seq = shownSeq
  const subscription = call.client.live.events.subscribe(
    { lastEventId },
    {
      onData({ data }) {
        if (data.type === 'ready') return
        if (data.type === 'told') {
          if (data.event !== null) show(call, data.event)
        } else if (data.type === 'gap') {
          call.io.err('strata: something between was missed; ./strata events reads it again\n')
        } else if (data.type !== 'sampled' && data.seq > seq) {
          seq = data.seq
          show(call, data)
        }
      },
      onConnectionStateChange({ state, error }) {
        if (state === 'connecting' && error !== null) call.io.err('strata: connection lost, trying again\n')
      },
      onError: reject,
      onComplete: resolve,
    },
  )
  const stop = () => {
    subscription.unsubscribe()
    resolve()
  }
  if (call.io.signal.aborted) stop()
  else call.io.signal.addEventListener('abort', stop, { once: true })
  return promise
}

function show(call: Call, event: ShownEvent): void {
  call.io.out(call.json ? `${formatJson(event)}\n` : lineOf(event))
}

function lineOf(event: ShownEvent): string {
  return `${event.at.slice(0, 19).replace('T', ' ')}Z  ${escapeText(eventText(event))}\n`
}
