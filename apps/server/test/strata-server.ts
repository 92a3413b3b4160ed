import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, type Engine } from '@strata/runtime'
import { ManualClock } from '@strata/runtime/testing'
import type { OidcSettings } from '../src/auth/oidc.ts'
import { createApp } from '../src/app.ts'
import { LifeRecord } from '../src/life/life-record.ts'
import { createLog } from '../src/monitor/log.ts'
import { openStore } from '../src/store/store.ts'
import type { ClientFault } from '../src/fault.ts'
import { listen } from '../src/listen.ts'
import { writeCounterSystem } from './counter-system.ts'

export const TOKEN = 'token-of-the-tests-0123456789abcdef'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface CallAnswer extends Answer {
  readonly data: any
  readonly fault: ClientFault | undefined
}

export interface Ask {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
  /** Sends the body in pieces, without announcing its size. */
  readonly inPieces?: boolean
}

/** One server over one engine, on a free port, whose door has a clock that tests move. */
export interface StrataServer {
  readonly port: number
  readonly origin: string
  readonly engine: Engine
  readonly clock: ManualClock
  readonly logged: readonly string[]
  link(): string
  ask(path: string, ask?: Ask): Promise<Answer>
  /** A call as the command line makes it, with the token, unless `headers` say otherwise. */
  call(path: string, input?: unknown, headers?: Record<string, string>): Promise<CallAnswer>
  /** A new session's cookie. */
  signIn(): Promise<string>
  stop(): Promise<void>
}

interface ServerOptions {
  readonly publicOrigin?: string
  readonly logLevel?: string
  /** The identity provider of a server at this origin. */
  readonly oidc?: (origin: string) => Promise<OidcSettings>
}

export async function startServer(options: ServerOptions = {}): Promise<StrataServer> {
  const clock = new ManualClock()
  const engine = await createEngine({ folder: await writeCounterSystem(), isolation: 'thread', typesWaitMs: 0 })
  const listening = await listen('127.0.0.1', 0)
  const { port } = listening
  const logged: string[] = []
  const store = await openStore(null, clock)
  const app = await createApp({
    engine,
    system: engine.config,
    addresses: { port, publicOrigin: options.publicOrigin ?? null },
    webFolder: await writeWebFolder(),
    tokens: [TOKEN],
    environment: null,
    version: '0.0.0',
    trustedProxies: 0,
    log: createLog({ level: options.logLevel ?? 'warn', secrets: [TOKEN], write: (line) => void logged.push(line) }),
    oidc: (await options.oidc?.(`http://127.0.0.1:${port}`)) ?? null,
    clock,
    store,
    start: { status: 'first' },
    life: 'test',
    lifeRecord: await LifeRecord.begin(store, clock, 'test', false),
  })
  listening.serve(app.handler)
  const origin = `http://127.0.0.1:${port}`

  async function call(
    path: string,
    input?: unknown,
    headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` },
  ): Promise<CallAnswer> {
    const body = input === undefined ? '' : JSON.stringify(input)
    return readCall(await ask(port, `/trpc/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }))
  }

  return {
    port,
    origin,
    engine,
    clock,
    logged,
    link: () => app.signInLink(),
    ask: (path, what) => ask(port, path, what),
    call,
    async signIn() {
      const code = new URL(app.signInLink()).hash.slice(1)
      const { headers } = await call('session.signIn', { code }, { origin })
      return String(headers['set-cookie']?.[0]).split(';', 1)[0] ?? ''
    },
    async stop() {
      app.close()
      await Promise.all([listening.close(), engine.stop()])
      await store.close()
    },
  }
}

export function readCall(answer: Answer): CallAnswer {
  const parsed = answer.text === '' ? undefined : JSON.parse(answer.text)
  return { ...answer, data: parsed?.result?.data, fault: parsed?.error?.data?.fault }
}

function ask(port: number, path: string, { method = 'GET', headers = {}, body = '', inPieces = false }: Ask = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const announced: Record<string, string> = method === 'GET' || inPieces ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    path,
    method,
    headers: { host: `127.0.0.1:${port}`, ...announced, ...headers },
    agent: false,
  })
  let answered = false
  request.on('response', (response) => {
    answered = true
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }),
    )
    response.on('error', reject)
  })
  // A refused upload's rest may meet a closed connection after the answer has come.
  request.on('error', (error) => {
    if (!answered) reject(error)
  })
  if (inPieces) for (let at = 0; at < body.length; at += 65_536) request.write(body.slice(at, at + 65_536))
  request.end(inPieces ? undefined : body)
  return promise
}

/** What a build of the console leaves, in small. */
async function writeWebFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-web-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><html><head><meta name="csp-nonce" content="__NONCE__" /><script type="module" crossorigin src="/assets/index-1.js"></script><link rel="stylesheet" crossorigin href="/assets/index-1.css"></head><body></body></html>',
  )
  await writeFile(join(folder, 'assets/index-1.js'), 'export {}\n')
  await writeFile(join(folder, 'assets/index-1.css'), 'a {}\n')
  await writeFile(join(folder, 'assets/charts-2.js'), 'export {}\n')
  await writeFile(join(folder, '.sources'), 'hash')
  return folder
}
