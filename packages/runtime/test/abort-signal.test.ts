import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { BY, killSurely, openRoom, room, startSystem, versionOf } from './system.ts'

interface Visited {
  readonly url: string
  /** Resolves when a request has come, and when its connection was closed by who made it. */
  readonly came: Promise<void>
  readonly closed: Promise<void>
}

/** A server that answers nobody. */
async function startSilent(): Promise<Visited> {
  const came = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  const server: Server = createServer((request) => {
    came.resolve()
    request.socket.on('close', () => closed.resolve())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, came: came.promise, closed: closed.promise }
}

const CLIENT = `import { abortSignal, receive, reply } from '@strata/runtime/process'
import { setTimeout as wait } from 'node:timers/promises'
export const seen: string[] = []
export async function look() {
  reply(await receive(), seen)
}
export async function start(url: string) {
  const signal = abortSignal()
  signal.addEventListener('abort', () => seen.push('listener'))
  signal.onabort = () => { seen.push('onabort') }
  const late = wait(600_000, undefined, { signal }).catch(() => seen.push('timer'))
  try {
    await fetch(url, { signal })
  } catch {
    seen.push('catch')
  } finally {
    seen.push('finally')
  }
  await late
}
export async function leave(url: string) {
  void fetch(url, { signal: abortSignal() }).catch(() => {})
  await receive()
}`

test('KILL2 a kill aborts what the process had Node do, and none of its own code runs by it', async () => {
  const silent = await startSilent()
  const engine = await startSystem({ 'room.ts': room(1), 'client.ts': CLIENT })
  const other = await openRoom(engine)
  const pid = await engine.spawn({ module: 'client', export: 'start', args: [silent.url] }, BY)
  await silent.came
  await killSurely(engine, pid)
  await silent.closed
  expect(await versionOf(engine, other)).toBe(1)
  const looker = await engine.spawn({ module: 'client', export: 'look' }, BY)
  expect(await engine.call(looker, { type: 'seen' }, 60_000)).toEqual([])
  const { events } = await engine.eventsAfter(0)
  expect(events.filter(({ type }) => type === 'error' || type === 'crashed')).toEqual([])
})

test('KILL2 a process that ends by itself aborts what it left to Node', async () => {
  const silent = await startSilent()
  const engine = await startSystem({ 'client.ts': CLIENT })
  const pid = await engine.spawn({ module: 'client', export: 'leave', args: [silent.url] }, BY)
  await silent.came
  await engine.send(pid, 'go', BY)
  await silent.closed
})

test('KILL2 one process has one signal, not aborted while it lives; a body has none', async () => {
  const engine = await startSystem({
    'asker.ts': `import { abortSignal, receive, reply } from '@strata/runtime/process'
export async function start() {
  const message = await receive()
  reply(message, { same: abortSignal() === abortSignal(), native: abortSignal() instanceof AbortSignal, aborted: abortSignal().aborted })
}`,
  })
  const pid = await engine.spawn({ module: 'asker', export: 'start' }, BY)
  expect(await engine.call(pid, {}, 60_000)).toEqual({ same: true, native: true, aborted: false })
  const body = `import { abortSignal } from '@strata/runtime/process'\nexport const signal = abortSignal()`
  await expect(engine.load({ sources: [{ module: 'early', text: body }], old: 'keep', note: '' }, BY)).rejects.toMatchObject({
    fault: { code: 'body_failed' },
  })
})
