import { type TrackedEnvelope, tracked } from '@trpc/server'
import type { Clock, Engine, EngineEvent } from '@strata/runtime'
import type { ActivityLog } from '../activity/activity-log.ts'
import type { ServerEvent } from '../activity/activity-event.ts'
import type { Watch } from '../auth/access.ts'
import { RefusedError } from '../fault.ts'
import { formatEventId, parseEventId } from './event-id.ts'

/** Events that wait for a slow reader before it is cut. */
export const WAITING_EVENTS_MAX = 1_000

/**
 * What a stream carries. `ready` and `gap` say that everything after `seq` follows; after `gap` something before it is missing: read again; `at` is now. `told`: what the server itself did
 * (people, approvals, limits); these have no numbers, so after a cut one without an event says that some may have been missed.
 */
export type LiveItem = EngineEvent | LiveMark<'ready'> | LiveMark<'gap'> | { readonly type: 'told'; readonly event: ServerEvent | null }

interface LiveMark<Type extends string> {
  readonly type: Type
  readonly seq: number
  readonly at: string | null
}

export interface StreamRequest {
  readonly engine: Engine
  readonly activity: Pick<ActivityLog, 'subscribe'>
  readonly clock: Clock
  /** Names this life of the server: numbers of another one mean nothing here. */
  readonly life: string
  /** Id of the last item that the client has. */
  readonly lastEventId: string | undefined
  /** Who missed more events than this is told of a gap instead: reading again what it shows is less. */
  readonly backlogMax?: number
  /** Aborts when the connection is gone. */
  readonly closed: AbortSignal
  /** Whether the caller may still have the stream. */
  readonly watch: Pick<Watch, 'ended' | 'onChange'> | undefined
  /** Cuts the connection of a reader that does not keep up; it comes back and resumes. */
  readonly cut: () => void
}

/** The engine's events from where the client was, without a gap or double, until either side ends. */
export async function* streamEvents(request: StreamRequest): AsyncGenerator<TrackedEnvelope<LiveItem>, void> {
  const { engine, clock, life, watch } = request
  const now = () => new Date(clock.now()).toISOString()
  const waiting: EngineEvent[] = []
  const told: ServerEvent[] = []
  let wake: () => void = () => undefined
  let overrun = false
  const onChange = () => wake()
  // The listener comes before the backlog is read: an event between the two would be lost otherwise.
  const take = <E>(queue: E[], event: E): void => {
    if (waiting.length + told.length >= WAITING_EVENTS_MAX) {
      overrun = true
      request.cut()
    } else queue.push(event)
    wake()
  }
  const unsubscribe = engine.subscribe((event) => take(waiting, event))
  const unsubscribeTold = request.activity.subscribe((event) => take(told, event))
  let mayMore = false
  request.closed.addEventListener('abort', onChange)
  watch?.ended.addEventListener('abort', onChange)
  watch?.onChange(() => {
    mayMore = true
    wake()
  })
  const isOver = () => overrun || request.closed.aborted
  try {
    const start = engine.lastSeq()
    const place = request.lastEventId === undefined ? undefined : parseEventId(request.lastEventId)
    let seq = start
    if (request.lastEventId === undefined) {
      yield item(life, seq, { type: 'ready', seq, at: now() })
    } else {
      const known = place !== undefined && (place.life === undefined || place.life === life) && place.seq <= start
      const backlog = known ? await engine.eventsAfter(place.seq) : undefined
      if (backlog?.complete !== true || place === undefined || backlog.events.length > (request.backlogMax ?? Number.POSITIVE_INFINITY)) {
        yield item(life, seq, { type: 'gap', seq, at: now() })
      } else {
        seq = place.seq
        yield item(life, seq, { type: 'ready', seq, at: now() })
        for (const event of backlog.events) {
          if (isOver()) return
          refuseEnded(watch?.ended)
          yield item(life, event.seq, event)
          seq = event.seq
        }
        yield item(life, seq, { type: 'told', event: null })
      }
    }
    for (;;) {
      if (isOver()) return
      refuseEnded(watch?.ended)
      if (mayMore) {
        // The caller's role is another one: what the page shows and offers is read again.
        mayMore = false
        yield item(life, seq, { type: 'gap', seq, at: now() })
      }
      const own = told.shift()
      if (own !== undefined) {
        yield item(life, seq, { type: 'told', event: own })
        continue
      }
      const event = waiting.shift()
      if (event === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve
          if (waiting.length > 0 || told.length > 0 || isOver() || mayMore || watch?.ended.aborted === true) resolve()
        })
      } else if (event.seq > seq) {
        if (event.seq !== seq + 1) yield item(life, event.seq - 1, { type: 'gap', seq: event.seq - 1, at: now() })
        yield item(life, event.seq, event)
        seq = event.seq
      }
    }
  } finally {
    unsubscribe()
    unsubscribeTold()
    request.closed.removeEventListener('abort', onChange)
    watch?.ended.removeEventListener('abort', onChange)
  }
}

function item(life: string, seq: number, data: LiveItem): TrackedEnvelope<LiveItem> {
  return tracked(formatEventId(life, seq), data)
}

function refuseEnded(ended: AbortSignal | undefined): void {
  if (ended?.aborted !== true) return
  throw ended.reason instanceof RefusedError ? ended.reason : new RefusedError({ code: 'unauthenticated', why: 'session_ended' })
}
