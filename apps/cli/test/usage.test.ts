import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { run } from './terminal.ts'

const VERBS = [
  'modules',
  'generations',
  'ps',
  'pins',
  'load',
  'soft-purge',
  'purge',
  'rollback',
  'delete',
  'hold',
  'release',
  'mark',
  'kill',
  'upgrade',
  'send',
  'events',
  'audit',
  'backup',
  'restore',
  'safe-mode',
  'sign-in',
]

/** An address where nobody listens. */
async function nowhere(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
}

describe('help', () => {
  test('lists every verb', async () => {
    const { code, out } = await run(['--help'])
    expect(code).toBe(0)
    for (const verb of VERBS) expect(out).toMatch(new RegExp(`^  ${verb} +\\S`, 'm'))
  })

  test.each(VERBS)('of %s tells its usage, its options and its JSON', async (verb) => {
    const { code, out } = await run([verb, '--help'])
    expect(code).toBe(0)
    expect(out).toContain(`Usage: ./strata ${verb}`)
    expect(out).toContain('JSON:')
    expect(out).toContain('--url URL')
  })
})

describe('a wrong line', () => {
  test.each([
    [['frobnicate']],
    [['modules', 'extra']],
    [['modules', '--colour']],
    [['generations']],
    [['audit']],
    [['audit', 'verify', '--head', 'short']],
    [['backup']],
    [['restore']],
    [['restore', 'x', '--system', '/nothing/here']],
    [['safe-mode', 'enter']],
    [['events', '--since', 'yesterday']],
    [['events', '--follow', '--actor', 'anna']],
    [['generations', 'Session']],
    [['generations', 'session@3']],
    [['ps', '--generation', '3']],
    [['ps', '--status', 'asleep']],
    [['ps', '--limit', 'many']],
    [['pins', 'session@x']],
    [['load']],
    [['load', 'a.ts', 'b.ts', '--as', 'c']],
    [['load', 'a.ts', '--old', 'drop']],
    [['purge']],
    [['purge', '../etc']],
    [['delete', 'session@3']],
    [['rollback']],
    [['rollback', 'session']],
    [['hold', 'session']],
    [['hold', 'session', '--reason', ' ']],
    [['hold', 'session@3', '--reason', 'x']],
    [['hold', 'session', '--reason', 'x', '--for', 'long']],
    [['hold', 'session', '--reason', 'x', '--until', 'tomorrow']],
    [['hold', 'session', '--reason', 'x', '--for', '2h', '--until', '2026-11-23T08:00Z']],
    [['release']],
    [['mark', 'session', 'bad', '--reason', 'x']],
    [['mark', 'session@3', '--reason', 'x']],
    [['mark', 'session@3', 'good', '--reason', 'x']],
    [['mark', 'session@3', 'bad']],
    [['--url', 'http://127.0.0.1:4700']],
    [['--colour', 'modules']],
    [['kill']],
    [['kill', '12']],
    [['upgrade']],
    [['send', '1.2']],
    [['send', '1.2', 'no json']],
    [['send', '1.2', '{}', '{}']],
    [['modules', '--url', 'ftp://there']],
  ])('%j ends with 2 and says so as a sentence or a fault', async (args) => {
    const text = await run(args)
    expect([text.code, text.out]).toEqual([2, ''])
    expect(text.err).toMatch(/^strata: .+/)
    const json = await run([...args, '--json'])
    expect(json.code).toBe(2)
    expect(JSON.parse(json.err)).toMatchObject({ fault: { code: 'usage' } })
  })
})

test('common options may stand before the verb', async () => {
  const url = await nowhere()
  for (const before of [['--url', url], [`--url=${url}`], ['--no-color', '--url', url]]) {
    expect(await run([...before, 'modules'])).toMatchObject({ code: 3, out: '' })
  }
  const { err } = await run(['--json', '--url', url, 'generations', 'session'])
  expect(JSON.parse(err)).toMatchObject({ fault: { code: 'unreachable' } })
  expect(await run(['--help', 'rollback'])).toMatchObject({ code: 0, out: expect.stringContaining('Usage: ./strata rollback') })
})

test('a server that is not there ends with 3', async () => {
  const url = await nowhere()
  const text = await run(['modules', '--url', url])
  expect([text.code, text.out]).toEqual([3, ''])
  expect(text.err).toContain('npm start')
  const json = await run(['modules', '--json'], { env: { STRATA_URL: url } })
  expect([json.code, json.out]).toEqual([3, ''])
  expect(JSON.parse(json.err)).toMatchObject({ fault: { code: 'unreachable' } })
})

test('what answers but is no Strata server ends with 3', async () => {
  const server = createHttpServer((_request, response) => response.writeHead(503).end('Strata is starting.\n')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const { code, err } = await run(['modules', '--url', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`])
  expect([code, err]).toEqual([3, expect.stringContaining('still starting')])
  server.close()
})
