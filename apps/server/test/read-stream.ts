import { request as httpRequest } from 'node:http'
import type { LiveItem } from '../src/live/event-stream.ts'

export interface StreamItem {
  readonly id: string
  readonly data: LiveItem
}

/** An open stream as a browser reads it. */
export interface OpenStream {
  readonly status: number
  readonly items: StreamItem[]
  /** Faults that ended it. */
  readonly faults: unknown[]
  /** Resolves once `when` holds of what has come, or the stream has ended. */
  until(when: (items: readonly StreamItem[]) => boolean): Promise<void>
  readonly ended: Promise<void>
  cut(): void
}

/** Opens the live stream, or another one, after `lastEventId`. */
export function openStream(port: number, headers: Record<string, string>, lastEventId?: string, path = 'live.events'): Promise<OpenStream> {
  const { promise, resolve, reject } = Promise.withResolvers<OpenStream>()
  const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    path: `/trpc/${path}`,
    headers: { host: `127.0.0.1:${port}`, ...headers, ...resume },
    agent: false,
  })
  request.on('error', reject)
  request.on('response', (response) => {
    const items: StreamItem[] = []
    const faults: unknown[] = []
    const waiting = new Set<() => void>()
    const end = Promise.withResolvers<void>()
    let isOver = false
    let text = ''
    const changed = () => {
      for (const check of waiting) check()
    }
    const finish = () => {
      isOver = true
      end.resolve()
      changed()
    }
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const fields = new Map(
          block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const),
        )
        const event = fields.get('event')
        const data = fields.get('data') ?? ''
        if (event === 'serialized-error') faults.push(JSON.parse(data).data.fault)
        else if (event === undefined && data !== '') items.push({ id: fields.get('id') ?? '', data: JSON.parse(data) as LiveItem })
      }
      changed()
    })
    response.on('close', finish)
    response.on('error', finish)
    resolve({
      status: response.statusCode ?? 0,
      items,
      faults,
      ended: end.promise,
      until: (when) =>
        new Promise((resolveUntil) => {
          const check = () => {
            if (!isOver && !when(items)) return
            waiting.delete(check)
            resolveUntil()
          }
          waiting.add(check)
          check()
        }),
      cut: () => request.destroy(),
    })
  })
  request.end()
  return promise
}
