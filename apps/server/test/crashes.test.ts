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

test('CRASH1 who may not look into every queue is not shown the last message of a crash', async () => {
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
  const message = { text: expect.stringContaining('a carpet') }
  for (const { headers } of [anna, wide]) expect(await list(headers)).toMatchObject([{ latest: { pid, lastMessage: message } }])
  for (const { headers } of [ben, narrowed]) expect(await list(headers)).toMatchObject([{ latest: { pid, lastMessage: null } }])
  expect(await list(anna.headers, 'counter')).toEqual([])

  const successor = await server.engine.spawn({ module: 'clerk', export: 'start', name: 'clerk' }, { actor: 'anna', reason: 'test' })
  const before = async (headers: Record<string, string>) => (await server.call('crashes.predecessor', { pid: successor }, headers)).data
  expect(await before(anna.headers)).toMatchObject({ pid, name: 'clerk', lastMessage: message })
  expect(await before(ben.headers)).toMatchObject({ pid, name: 'clerk', lastMessage: null })
})
