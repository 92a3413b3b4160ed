import type { LiveItem } from '@strata/server'
import { client } from './client.ts'

// A browser allows six connections to one host, however many windows show it: with a stream for each, eight windows side by
// side would leave none for calls. So of a browser's visible tabs one, which holds the lock, has the stream and passes on what
// arrives. When it is hidden or closed, the next in line goes on from the event that it saw last.

const NAME = 'strata-live'
/** A tab that slept through more events reads again what it shows instead. */
const BACKLOG_MAX = 200

export interface StreamReader {
  /** Id of the last item known here. */
  readonly lastId: () => string | undefined
  readonly onItem: (id: string, item: LiveItem) => void
  /** Nothing arrives for now; the stream tries again by itself. */
  readonly onStopped: () => void
  /** The stream is over: open another. */
  readonly onOver: (error: unknown) => void
}

type Passed = { readonly type: 'item'; readonly id: string; readonly item: LiveItem } | { readonly type: 'stopped' }

/**
 * Reads the stream, as its holder or from its holder. `takeOver`: whoever holds it is silent. Returns the way to stop reading.
 */
export function openSharedStream(reader: StreamReader, takeOver: boolean): () => void {
  // Without a secure context there are no locks: each tab then has a stream of its own.
  if (!('locks' in navigator)) return holdStream(reader, () => undefined)
  const channel = new BroadcastChannel(NAME)
  const left = new AbortController()
  const pass = (passed: Passed) => {
    if (!left.signal.aborted) channel.postMessage(passed)
  }
  let isHolder = false
  channel.addEventListener('message', ({ data }: MessageEvent<Passed>) => {
    if (isHolder) return
    if (data.type === 'stopped') reader.onStopped()
    else readPassed(reader, data.id, data.item)
  })
  const hold = () =>
    new Promise<void>((resolve) => {
      if (left.signal.aborted) return resolve()
      isHolder = true
      const release = holdStream(reader, pass)
      left.signal.addEventListener('abort', () => {
        release()
        resolve()
      })
    })
  // A request that takes over cannot be aborted; one that waits in line is, when this tab leaves.
  const asked = takeOver
    ? navigator.locks.request(NAME, { steal: true }, hold)
    : navigator.locks.request(NAME, { signal: left.signal }, hold)
  asked.catch((error: unknown) => {
    // Aborted by this tab when it left, or taken over by another: then that one passes on what arrives.
    if (!left.signal.aborted && isHolder) reader.onOver(error)
  })
  return () => {
    left.abort()
    channel.close()
  }
}

/** Opens the one connection. */
function holdStream(reader: StreamReader, pass: (passed: Passed) => void): () => void {
  const subscription = client.live.events.subscribe(
    { lastEventId: reader.lastId() ?? null, backlogMax: BACKLOG_MAX },
    {
      onData: ({ id, data }) => {
        const item = data as LiveItem
        reader.onItem(id, item)
        pass({ type: 'item', id, item })
      },
      onConnectionStateChange: ({ state }) => {
        if (state !== 'connecting') return
        reader.onStopped()
        pass({ type: 'stopped' })
      },
      onError: (error) => reader.onOver(error),
      onComplete: () => reader.onOver(null),
    },
  )
  return () => subscription.unsubscribe()
}

/** Takes what another tab passed on: each item once, and a gap where some were missed. */
function readPassed(reader: StreamReader, id: string, item: LiveItem): void {
  // It has no number of its own: the id is that of the event before it.
  if (item.type === 'told') return reader.onItem(reader.lastId() ?? id, item)
  const step = followsOn(reader.lastId(), id)
  if (step === 'known') return reader.onItem(reader.lastId() ?? id, { type: 'ready', seq: item.seq, at: null })
  const isEvent = item.type !== 'ready' && item.type !== 'gap'
  if (step === 'gap' || !isEvent) reader.onItem(id, { type: 'gap', seq: item.seq, at: null })
  if (isEvent) reader.onItem(id, item)
}

/** How the item `id` follows the one that is known: numbers rise by one within one life of the server. */
export function followsOn(known: string | undefined, id: string): 'next' | 'known' | 'gap' {
  const place = readPlace(id)
  const before = known === undefined ? undefined : readPlace(known)
  if (before === undefined || place.life !== before.life) return 'gap'
  if (place.seq <= before.seq) return 'known'
  return place.seq === before.seq + 1 ? 'next' : 'gap'
}

function readPlace(id: string): { readonly life: string; readonly seq: number } {
  const dash = id.lastIndexOf('-')
  return { life: id.slice(0, Math.max(0, dash)), seq: Number(id.slice(dash + 1)) }
}
