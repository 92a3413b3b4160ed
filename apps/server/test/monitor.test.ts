import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Engine, EngineEvent, Sample } from '@strata/runtime'
import { expect, onTestFinished, test } from 'vitest'
import { createLog, defaultLogLevel } from '../src/monitor/log.ts'
import { Meters } from '../src/monitor/meters.ts'
import { counterSource, writeCounterSystem } from './counter-system.ts'
import { startMain } from './running-main.ts'
import { startServer, TOKEN } from './strata-server.ts'

const DOCS = resolve(import.meta.dirname, '../docs/metrics.md')

async function server(options: Parameters<typeof startServer>[0] = {}) {
  const started = await startServer(options)
  onTestFinished(() => started.stop())
  return started
}

function metersOf(): { readonly meters: Meters; sample(sample: Partial<Sample>): void } {
  const listeners: ((event: EngineEvent) => void)[] = []
  const engine = {
    node: 'local',
    subscribe: (listener: (event: EngineEvent) => void) => (listeners.push(listener), () => undefined),
    runtime: async () => ({ status: 'running', restarts: 2 }),
  } as unknown as Engine
  const store = { writes: { failure: null }, audit: { head: () => ({ seq: 7 }) } } as never
  const meters = new Meters({ engine, store, version: '1', streams: () => 0 })
  onTestFinished(() => meters.close())
  return {
    meters,
    sample: (sample) => {
      for (const tell of listeners) tell({ type: 'sampled', sample } as EngineEvent)
    },
  }
}

test('MON1 a word each: alive, and ready or what stands in the way', async () => {
  const { ask, engine } = await server()
  for (const [path, text] of [
    ['/healthz', 'ok'],
    ['/readyz', 'ready'],
  ] as const) {
    const answer = await ask(path)
    expect(answer).toMatchObject({ status: 200, text })
    expect(answer.headers['cache-control']).toBe('no-store')
  }
  await engine.stop()
  expect(await ask('/readyz')).toMatchObject({ status: 503, text: 'runtime_down' })
  expect(await ask('/healthz')).toMatchObject({ status: 200, text: 'ok' })
})

test('MON2 metrics are for whoever brings a token: not for a cookie, a wrong token, or nobody', async () => {
  const { ask, call, signIn, origin } = await server()
  await call('modules.load', { sources: [{ module: 'counter', text: counterSource(2) }], old: 'keep', note: '' })
  await call('modules.hold', { module: 'nothing', reason: 'x' })
  const { status, text, headers } = await ask('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } })
  expect([status, headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/plain; version=0\.0\.4/)])
  expect(text).toMatch(/^strata_calls_total\{call="modules\.load",outcome="done"\} 1$/m)
  expect(text).toMatch(/^strata_calls_total\{call="modules\.hold",outcome="refused"\} 1$/m)
  expect(text).toMatch(/^strata_events_total\{type="loaded"\} 2$/m)
  expect(text).toMatch(/^strata_store_writable 1$/m)
  expect(text).toMatch(/^process_cpu_seconds_total /m)
  const cookie = await signIn()
  for (const wrong of [{}, { authorization: `Bearer ${'x'.repeat(40)}` }, { cookie, origin }] as Record<string, string>[])
    expect((await ask('/metrics', { headers: wrong })).status).toBe(401)
  // Wrong tokens are counted for their address, whatever they are tried on.
  const guess = async (path: string, method: string) =>
    (await ask(path, { method, headers: { authorization: 'Bearer guess', 'content-type': 'application/json' } })).status
  const guesses = await Promise.all(Array.from({ length: 70 }, () => guess('/metrics', 'GET')))
  expect(new Set(guesses)).toEqual(new Set([401, 429]))
  expect(await guess('/trpc/modules.list', 'POST')).toBe(429)
})

test('MON2 each metric is documented, and each that is documented is there', async () => {
  const { meters } = metersOf()
  const documented = [...(await readFile(DOCS, 'utf8')).matchAll(/^\| `(strata_\w+)`/gm)].map(([, name]) => name)
  expect([...meters.names()].sort()).toEqual(documented.sort())
})

test('MON2 however many generations there are, the sets of labels are bounded, and nothing is left out of the sum', async () => {
  const { meters, sample } = metersOf()
  const bands = Array.from({ length: 1_000 }, (_, index) => ({ module: `m${index}`, generation: index, pins: 1_000 - index, crashes: 1 }))
  sample({ bands, processes: 5 })
  sample({ bands: bands.slice(0, 3) })
  const { body } = await meters.text()
  expect(body.match(/^strata_pinning_processes\{/gm)).toHaveLength(3)
  sample({ bands })
  const again = (await meters.text()).body
  const values = [...again.matchAll(/^strata_pinning_processes\{.*\} (\d+)$/gm)].map(([, value]) => Number(value))
  expect([values.length, values.reduce((sum, value) => sum + value, 0)]).toEqual([101, 500_500])
  expect(again.match(/^strata_crashes_total\{/gm)?.length).toBeLessThanOrEqual(101)
})

test('MON2 modules that come and go for months leave no more labels than there may be at once', async () => {
  const { meters, sample } = metersOf()
  for (let day = 1; day <= 300; day++) sample({ bands: [{ module: `of-day-${day}`, generation: 1, pins: 1, crashes: 2 }] })
  const { body } = await meters.text()
  const values = [...body.matchAll(/^strata_crashes_total\{.*\} (\d+)$/gm)].map(([, value]) => Number(value))
  expect([values.length, values.reduce((sum, value) => sum + value, 0)]).toEqual([101, 600])
})

test('MON3 AUDIT4 a call that changes something has a line with request, actor, outcome and the newest entry of the trail', async () => {
  const { call, logged } = await server({ logLevel: 'info' })
  const sources = [{ module: 'counter', text: counterSource(2) }]
  const { headers } = await call('modules.load', { sources, old: 'keep', note: 'secret note' })
  await call('modules.list')
  await call('modules.hold', { module: 'nothing', reason: 'secret reason' })
  const { head } = (await call('activity.verify', {})).data
  const lines = logged.map((line) => JSON.parse(line))
  const request = headers['x-request-id']
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'info', call: 'modules.load', actor: 'token', outcome: 'done', request, address: '127.0.0.1' }),
  )
  expect(lines).toContainEqual(expect.objectContaining({ audit: expect.objectContaining({ type: 'loaded', actor: 'token' }), request }))
  expect(lines.at(-1)).toMatchObject({ call: 'modules.hold', outcome: 'refused', code: 'unknown_module', head: { hash: head } })
  expect(lines.some((line) => line.call === 'modules.list')).toBe(false)
  expect(logged.join('')).not.toMatch(/secret|GENERATION/)
})

test('MON3 nothing in a line is obeyed by a terminal, and a secret is left out whatever brought it there', () => {
  const lines: string[] = []
  const log = createLog({ level: 'trace', secrets: ['p@ss/word', 'back\\slash"'], write: (line) => void lines.push(line) })
  const hostile = '\u001b[31m\u009b2J\u202eright\u2028line\u0000'
  log.info({ hostile }, hostile)
  log.error(
    { err: Object.assign(new Error(`no p@ss/word, p%40ss%2Fword, back\\slash" ${hostile}`), { detail: 'row values', code: 'X' }) },
    'failed',
  )
  const text = lines.join('')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/)
  expect(JSON.parse(lines[0] as string)).toMatchObject({ hostile, msg: hostile })
  expect(text).not.toMatch(/p@ss|p%40ss|slash|row values/)
  expect([defaultLogLevel(true), defaultLogLevel(false)]).toEqual(['warn', 'info'])
})

test('MON3 the log of a noisy life holds none of its secrets', async () => {
  const [data, folder] = [await mkdtemp(join(tmpdir(), 'strata-data-')), await writeCounterSystem()]
  const secret = 'environment-token-of-the-tests-0123456789'
  const main = startMain({ data, folder, env: { STRATA_LOG: 'trace', STRATA_TOKEN: secret } })
  onTestFinished(async () => {
    await main.kill()
    await Promise.all([data, folder].map((path) => rm(path, { recursive: true, force: true })))
  })
  const link = new URL(await main.link)
  const fileToken = (await readFile(join(data, 'token'), 'utf8')).trim()
  const origin = { origin: link.origin }
  const code = link.hash.slice(1)
  const signIn = await fetch(new URL('/trpc/session.signIn', link), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...origin },
    body: JSON.stringify({ code }),
  })
  const cookie = (signIn.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? ''
  const session = cookie.slice(cookie.indexOf('=') + 1)
  expect(session.length).toBeGreaterThan(20)
  await main.call('session.signIn', { code }, origin)
  await main.call('session.whoami', {}, { cookie, ...origin })
  await main.call('modules.list', {}, { authorization: `Bearer ${secret}` })
  await main.call('modules.list', {}, { authorization: 'Bearer wrong-token-of-the-tests' })
  await main.call('modules.load', { sources: [{ module: 'counter', text: counterSource(2) }], old: 'keep', note: '' })
  const made = (await main.call('session.link')).data.path.split('#')[1]
  const [{ pid }] = (await main.call('processes.list')).data.rows
  await main.call('processes.send', { pid, message: { type: 'private-message-of-the-tests' } })
  await main.call('nothing.there', { text: 'private-input-of-the-tests' })
  await fetch(new URL('/%ff/private-path-of-the-tests', link)).catch(() => undefined)
  await main.call('session.signOut', {}, { cookie, ...origin })
  main.child.kill('SIGTERM')
  await main.exit
  const { err } = main.output
  expect(err.split('\n').filter((line) => line !== '').length).toBeGreaterThan(10)
  for (const hidden of [fileToken, secret, code, session, made, 'private-message', 'private-input', 'GENERATION', 'wrong-token'])
    expect(err).not.toContain(hidden)
})
