import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type StrataServer } from './strata-server.ts'

let server: StrataServer
let browser: Record<string, string>

beforeAll(async () => {
  server = await startServer()
  browser = { cookie: await server.signIn(), origin: server.origin }
})
afterAll(() => server.stop())

async function ask(path: string, input?: unknown): Promise<any> {
  const answer = await server.call(path, input, browser)
  expect(answer.fault).toBeUndefined()
  return answer.data
}

test('KILL4 the restart of a scheduler is planned, executed once and has a receipt; its line stands in Activity', async () => {
  const [before] = await ask('schedulers.list')
  expect(before).toMatchObject({ id: 1, heapLimitBytes: expect.any(Number), runQueue: 0 })
  const made = await ask('plans.make', { verb: 'restart-scheduler', scheduler: 1 })
  expect(made).toMatchObject({ state: 'open', command: './strata restart-scheduler 1', plan: { scheduler: 1, holder: null } })
  const act = await ask('plans.execute', { id: made.id, reason: 'it is slow' })
  expect(act).toMatchObject({
    status: 'done',
    title: 'restart scheduler 1',
    outcome: { verb: 'restart-scheduler', scheduler: 1, threadEnded: true },
  })
  expect(await ask('acts.get', { id: made.id })).toMatchObject({ title: 'restart scheduler 1', reason: 'it is slow' })
  await expect
    .poll(async () => (await ask('activity.list', {})).lines.find(({ type }: { type: string }) => type === 'scheduler_restarted'))
    .toMatchObject({ scheduler: 1, by: { reason: 'it is slow' } })

  const stale = await ask('plans.make', { verb: 'restart-scheduler', scheduler: 1 })
  const next = await ask('plans.make', { verb: 'restart-scheduler', scheduler: 1 })
  await ask('plans.execute', { id: next.id })
  const { status, fault } = await server.call('plans.execute', { id: stale.id }, browser)
  expect(status).toBe(409)
  expect(fault).toMatchObject({ code: 'changed_meanwhile', changes: [{ type: 'scheduler_restarted', scheduler: 1 }] })
})

test('KILL4 a plan for a scheduler that is not there is refused', async () => {
  const { status, fault } = await server.call('plans.make', { verb: 'restart-scheduler', scheduler: 7 }, browser)
  expect([status, fault]).toEqual([404, { code: 'unknown_scheduler', scheduler: 7 }])
})
