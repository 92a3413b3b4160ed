import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AppRouter } from '@strata/server'
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import { EventSource } from 'eventsource'
import type { Io } from './io.ts'
import { UsageError } from './usage-error.ts'

/** The server of this machine, at the port that `PORT` gives it at its start too. */
export function defaultUrl(env: Io['env']): string {
  const port = env['PORT'] ?? ''
  return `http://127.0.0.1:${/^[1-9]\d{0,4}$/.test(port) ? port : '4700'}`
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])
const ROOT = join(import.meta.dirname, '../../..')

export type Client = ReturnType<typeof connect>

/** A client of the server at `url`. On the server's own machine the token file proves who asks; elsewhere `STRATA_TOKEN` does. */
export function connect(url: URL, token: string | undefined) {
  const headers = { 'x-strata-client': 'cli', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
  const endpoint = new URL('trpc', url).href
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({
          url: endpoint,
          EventSource,
          eventSourceOptions: () => ({
            fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }),
          }),
        }),
        // Sources and searches never stand in a URL.
        false: httpLink({ url: endpoint, methodOverride: 'POST', headers }),
      }),
    ],
  })
}

export function parseUrl(text: string): URL {
  const url = URL.parse(text.endsWith('/') ? text : `${text}/`)
  if (url === null || !/^https?:$/.test(url.protocol)) throw new UsageError(`--url takes an http or https address, not ${text}`)
  return url
}

export function findToken(url: URL, io: Pick<Io, 'env'>): string | undefined {
  const given = io.env['STRATA_TOKEN']
  if (given !== undefined && given !== '') return given
  if (!LOOPBACK.has(url.hostname)) return undefined
  return readToken(join(io.env['STRATA_DATA'] ?? join(ROOT, 'data'), 'token'))
}

function readToken(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    // No server has run here yet, or it belongs to another account: the answer is then a refusal that says so.
    return undefined
  }
}
