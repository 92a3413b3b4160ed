import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HEADER_BYTES_MAX, REQUEST_TIME_MS } from './door/limits.ts'

/** How often connections are looked at for requests that take too long to arrive. */
const CHECK_EVERY_MS = 5_000

/** What machines are told before the server serves. */
const MONITORED: Readonly<Record<string, { readonly status: number; readonly text: string }>> = {
  '/healthz': { status: 200, text: 'ok' },
  '/readyz': { status: 503, text: 'starting' },
}

export interface Listening {
  readonly port: number
  /** Answers with `handler` from now on; before, every request is told that the server is starting. */
  serve(handler: RequestListener): void
  /** Stops listening and ends every connection. */
  close(): Promise<void>
}

/** Takes the port first, so that a taken one is known before anything else is started. Rejects with Node's error. */
export async function listen(host: string, port: number): Promise<Listening> {
  let handler: RequestListener = (request, response) => {
    const word = MONITORED[request.url ?? '']
    if (word !== undefined) {
      response.writeHead(word.status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end(word.text)
      return
    }
    response.writeHead(503, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store', 'Retry-After': '1' }).end('Strata is starting.\n')
  }
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      requestTimeout: REQUEST_TIME_MS,
      headersTimeout: REQUEST_TIME_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
    },
    (request, response) => handler(request, response),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    port: portOf(server),
    serve(next) {
      handler = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
