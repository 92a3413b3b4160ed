import { EventSource } from 'eventsource'
import type { AppRouter, LiveItem } from '@strata/server'
import { createTRPCClient, httpSubscriptionLink } from '@trpc/client'
import { tokenHeaders } from '../fixtures/second-client.ts'
import { startScribe, type Scribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'

// Each costs the three seconds after which an EventSource comes back; five are cut in the server's own tests.
const CUTS = 2
const MESSAGES = 160

test('the stream is cut under load and comes back by itself, and no event is missing or double', async ({ start }) => {
  const scribe = await startScribe(start, { documents: 4, deploys: 0 })
  const reader = readStream(scribe)
  await reader.until(() => reader.items.length > 0)

  const pids = await scribe.pidsIn(1)
  const load = sendAll(scribe, pids)
  for (let cut = 1; cut <= CUTS; cut++) {
    const seen = reader.items.length
    await reader.until(() => reader.items.length > seen + 20)
    reader.cut()
    await reader.until(() => reader.connections > cut)
  }
  await load
  const last = (await scribe.client.system.info.query()).lastEventId.split('-').at(-1)
  await reader.until(() => reader.seqs.some((seq) => seq >= Number(last)))
  reader.stop()

  expect(reader.cuts).toBe(CUTS)
  expect(reader.items.filter(({ type }) => type === 'gap')).toEqual([])
  const first = reader.seqs[0]!
  expect(reader.seqs).toEqual(reader.seqs.map((_, index) => first + index))
  // Beside the order of numbers: the very events that the server keeps.
  const kept = (await scribe.client.activity.list.query({ limit: 500, types: ['sent'] })).lines.filter(
    (line) => 'seq' in line && line.seq >= first,
  )
  expect(kept.length).toBeGreaterThanOrEqual(MESSAGES)
  const received = reader.items.filter((item) => item.type === 'sent').map(({ seq }) => seq)
  expect(received).toEqual(kept.map((line) => ('seq' in line ? line.seq : 0)).toReversed())
})

async function sendAll(scribe: Scribe, pids: readonly string[]): Promise<void> {
  for (let sent = 0; sent < MESSAGES; sent += pids.length) {
    await Promise.all(pids.map((pid) => scribe.send(pid, { type: 'edit', text: `line ${sent}` })))
  }
}

/** A client of the live stream that comes back by itself, whose connection can be cut in the middle of an event. */
function readStream(scribe: Scribe) {
  const items: LiveItem[] = []
  const waiting: { done: () => boolean; resolve: () => void }[] = []
  let connections = 0
  let cuts = 0
  let cutNow: () => void = () => undefined

  const changed = () => {
    for (const { done, resolve } of waiting) if (done()) resolve()
  }
  const cuttable: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    for (const [name, value] of Object.entries(tokenHeaders(scribe.server))) headers.set(name, value)
    const response = await fetch(input, { ...init, headers })
    if (response.body === null) return response
    const source = response.body.getReader()
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        cutNow = () => {
          cutNow = () => undefined
          cuts += 1
          void source.cancel()
          controller.error(new TypeError('cut'))
        }
      },
      pull: async (controller) => {
        const { done, value } = await source.read()
        if (done) controller.close()
        else controller.enqueue(value)
      },
    })
    connections += 1
    changed()
    return new Response(body, response)
  }
  const client = createTRPCClient<AppRouter>({
    links: [httpSubscriptionLink({ url: `${scribe.server.url}/trpc`, EventSource, eventSourceOptions: () => ({ fetch: cuttable }) })],
  })
  const subscription = client.live.events.subscribe(
    {},
    {
      onData: ({ data }) => {
        items.push(data as LiveItem)
        changed()
      },
    },
  )
  return {
    items,
    get seqs() {
      return items.flatMap((item) => (item.type === 'ready' || item.type === 'told' ? [] : [item.seq]))
    },
    get connections() {
      return connections
    },
    get cuts() {
      return cuts
    },
    cut: () => cutNow(),
    stop: () => subscription.unsubscribe(),
    until: (done: () => boolean) => (done() ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ done, resolve }))),
  }
}
