import { afterAll, beforeAll, expect, test } from 'vitest'
import { join, makeToken } from './people.ts'
import { startServer, type StrataServer } from './strata-server.ts'

const CLERK = `import { run } from '@strata/runtime/server'
export async function start() { return run('clerk') }
export const init = () => 0
export const handleCast = { trip() { throw new Error('tripped') } }
`

let server: StrataServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

test('CRASH1 the last message of a crash is shown on request, not to who may not look into every queue, and each look is told', async () => {
  const anna = await join(server, 'anna', 'admin')
  const ben = await join(server, 'ben', 'viewer')
  const narrowed = await makeToken(server, anna, { role: 'operator', name: 'narrowed', modules: ['clerk'] })
  const wide = await makeToken(server, anna, { role: 'operator', name: 'wide' })
  await server.call('modules.load', { sources: [{ module: 'clerk', text: CLERK }], old: 'keep', note: 'a clerk' }, anna.headers)
  const pid = await server.engine.spawn({ module: 'clerk', export: 'start', name: 'clerk' }, { actor: 'anna', reason: 'test' })
  await server.call('processes.send', { pid, message: { $cast: { type: 'trip', over: 'a carpet' } } }, anna.headers)
  await server.engine.ended(pid)
  const list = async (headers: Record<string, string>, module?: string) => (await server.call('crashes.list', { module }, headers)).data
  await expect.poll(async () => (await list(anna.headers)).length).toBe(1)
  for (const { headers } of [anna, ben]) {
    expect(await list(headers)).toMatchObject([{ latest: { pid, hasMessage: true, isOfThisLife: true } }])
    expect(JSON.stringify(await list(headers))).not.toContain('over: "a carpet"')
  }
  const { at } = (await list(ben.headers))[0].latest
  const message = (headers: Record<string, string>, asked = at) => server.call('crashes.message', { pid, at: asked }, headers)
  for (const { headers } of [anna, wide])
    expect((await message(headers)).data).toMatchObject({ text: expect.stringContaining('over: "a carpet"') })
  expect((await message(ben.headers)).fault).toMatchObject({ code: 'forbidden', why: 'role' })
  expect((await message(narrowed.headers)).fault).toMatchObject({ code: 'forbidden', why: 'token_module' })
  expect((await message(anna.headers, '2020-01-01T00:00:00.000Z')).fault).toEqual({ code: 'unknown_crash', pid })
  const { lines } = (await server.call('activity.list', { types: ['content_read'], module: 'clerk', limit: 10 }, anna.headers)).data
  expect(lines.map((line: { actor: string; verb: string; target: string }) => [line.actor, line.verb, line.target])).toEqual([
    ['anna/wide', 'crash-message', pid],
    ['anna', 'crash-message', pid],
  ])
  expect(await list(anna.headers, 'counter')).toEqual([])

  const successor = await server.engine.spawn({ module: 'clerk', export: 'start', name: 'clerk' }, { actor: 'anna', reason: 'test' })
  const before = async (headers: Record<string, string>) => (await server.call('crashes.predecessor', { pid: successor }, headers)).data
  for (const { headers } of [anna, ben]) expect(await before(headers)).toMatchObject({ pid, name: 'clerk', hasMessage: true })
})
