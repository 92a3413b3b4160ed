import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type By, type Engine, EngineError, type Pid } from '@strata/runtime'
import express from 'express'
import { type WebSocket, WebSocketServer } from 'ws'

/** What a browser sends. `id` is its own: a message that was not acknowledged is sent again under the same one, and said once. */
type FromBrowser =
  | { readonly type: 'enter'; readonly room: string; readonly nick: string }
  | { readonly type: 'say'; readonly id: string; readonly text: string }

const BY: By = { actor: 'rooms', reason: 'a connection' }
const ANSWER_MS = 5_000
const LOBBY_TRIES = 50
const LOBBY_WAIT_MS = 100
const MESSAGE_BYTES_MAX = 16_384

export interface RoomsApp {
  readonly url: string
  close(): Promise<void>
}

/** An ordinary Node application: its WebSocket sessions are processes of the engine that it embeds. Loopback only. */
export async function startRooms(engine: Engine, port: number): Promise<RoomsApp> {
  const app = express()
  app.disable('x-powered-by')
  app.use((_request, response, next) => {
    response.setHeader('Content-Security-Policy', "default-src 'self'; frame-ancestors 'none'; base-uri 'none'")
    response.setHeader('X-Content-Type-Options', 'nosniff')
    next()
  })
  app.use(express.static(join(import.meta.dirname, 'public')))
  const http = createServer(app)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX })
  http.on('upgrade', (request, socket, head) => {
    // A page of another site may open a WebSocket to anywhere: only our own may talk here.
    if (!isOurOrigin(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (connection) => void serveSession(engine, connection))
  })
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: () => close(http, sockets),
  }
}

function isOurOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers
  return origin !== undefined && host !== undefined && /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host) && origin === `http://${host}`
}

/** Its root starts with the engine, and comes back when it ended. */
async function lobbyOf(engine: Engine): Promise<Pid> {
  for (let tries = 0; tries < LOBBY_TRIES; tries++) {
    const lobby = await engine.whereis('lobby')
    if (lobby !== null) return lobby
    await new Promise((resolve) => setTimeout(resolve, LOBBY_WAIT_MS))
  }
  throw new Error('the house is not open')
}

/** A connection and its member: each ends with the other. */
async function serveSession(engine: Engine, connection: WebSocket): Promise<void> {
  const closed = new AbortController()
  const outlet = engine.openMailbox((news) => connection.send(JSON.stringify(news)))
  let member: Pid | null = null
  connection.on('error', () => connection.terminate())
  connection.on('close', () => {
    closed.abort()
    outlet.close()
    if (member !== null) void engine.exit(member, 'shutdown', BY).catch(() => {})
  })
  connection.on('message', async (data) => {
    const message = Buffer.isBuffer(data) ? parse(data.toString('utf8')) : undefined
    if (message === undefined) return connection.close(1003, 'not a message')
    if (message.type === 'say') {
      if (member !== null) await say(engine, member, connection, message, closed.signal)
      return
    }
    if (member !== null) return
    try {
      const entered = (await engine.call(
        await lobbyOf(engine),
        { ...message, outlet: outlet.pid },
        { deadlineMs: ANSWER_MS, signal: closed.signal },
      )) as { readonly member: Pid } | { readonly refused: string }
      if ('refused' in entered) return connection.send(JSON.stringify({ type: 'refused', why: entered.refused }))
      member = entered.member
      if (closed.signal.aborted) void engine.exit(member, 'shutdown', BY).catch(() => {})
      else
        void engine.ended(member).then(
          () => connection.close(1012, 'the member ended'),
          () => connection.close(1012, 'the runtime ended'),
        )
    } catch (error) {
      if (!closed.signal.aborted) connection.send(JSON.stringify({ type: 'refused', why: whyOf(error) }))
    }
  })
}

/** Acknowledged when the room has said it. Whoever hears nothing, or a `nack`, sends it again. */
async function say(
  engine: Engine,
  member: Pid,
  connection: WebSocket,
  message: { readonly id: string; readonly text: string },
  signal: AbortSignal,
): Promise<void> {
  const { id, text } = message
  try {
    const { seq } = (await engine.call(member, { type: 'say', id, text }, { deadlineMs: ANSWER_MS, signal })) as { readonly seq: number }
    connection.send(JSON.stringify({ type: 'ack', id, seq }))
  } catch (error) {
    if (!signal.aborted) connection.send(JSON.stringify({ type: 'nack', id, why: whyOf(error) }))
  }
}

function whyOf(error: unknown): string {
  return error instanceof EngineError ? error.fault.code : 'failed'
}

function parse(text: string): FromBrowser | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { type, room, nick, id, text: said } = value as Readonly<Record<string, unknown>>
  if (type === 'enter' && typeof room === 'string' && typeof nick === 'string') return { type, room, nick }
  if (type === 'say' && typeof id === 'string' && id.length <= 80 && typeof said === 'string' && said !== '')
    return { type, id, text: said }
  return undefined
}

async function close(http: Server, sockets: WebSocketServer): Promise<void> {
  for (const connection of sockets.clients) connection.terminate()
  sockets.close()
  await new Promise<void>((resolve) => http.close(() => resolve()))
}
