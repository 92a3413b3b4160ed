import { expect, test } from 'vitest'
import { json, refusal, room, rooms, strata, serveRooms } from './rooms.ts'

serveRooms()

test('SUSP2 suspend and resume: one at once, more by a plan, and ps says so', async () => {
  const [first, second, third] = (await rooms()).map(({ pid }) => pid)
  expect(await json('suspend', first!, '--reason', 'looks odd')).toEqual([{ pid: first, status: 'suspended' }])
  expect(await json('suspend', first!)).toEqual([{ pid: first, status: 'already' }])
  const planned = await json<{ plan: string }>('suspend', second!, third!, '--dry-run')
  expect(planned).toEqual({ plan: expect.any(String), status: 'planned', pids: [second, third] })
  expect(await refusal('suspend', second!, third!)).toMatchObject({ code: 2, fault: { code: 'confirmation_required' } })
  expect(await json('suspend', '--plan', planned.plan, '--yes')).toEqual([
    { pid: second, status: 'suspended' },
    { pid: third, status: 'suspended' },
  ])
  const page = await json<{ total: number; rows: { status: string }[] }>('ps', '--module', room, '--status', 'suspended')
  expect([page.total, ...page.rows.map(({ status }) => status)]).toEqual([3, 'suspended', 'suspended', 'suspended'])
  const resumed = await json<{ pid: string; status: string }[]>('resume', `${room}@1`, '--yes')
  expect(resumed.filter(({ status }) => status === 'resumed').map(({ pid }) => pid)).toEqual([first, second, third])
  const text = await strata(['events', '--module', room, '--limit', '50'])
  expect(text.code).toBe(0)
  expect((await strata(['events', '--type', 'suspended', '--limit', '50'])).out).toContain(
    `1 process suspended: ${first} · token: looks odd`,
  )
})

test('EXIT3 exit: with a reason, which is told; nothing without one', async () => {
  const [first, second] = (await rooms()).map(({ pid }) => pid)
  expect((await strata(['exit', first!])).code).toBe(2)
  expect(await refusal('exit', first!, '--with', 'kill')).toMatchObject({ code: 1, fault: { code: 'invalid_reason', why: 'kill' } })
  expect(await json('exit', first!, '--with', 'shutdown')).toEqual([{ pid: first, status: 'ended' }])
  const again = await strata(['exit', first!, '--with', 'shutdown'])
  expect([again.code, again.out]).toEqual([1, `${first} not found: it has ended already, or never lived\n`])
  const plan = await strata(['exit', second!, '--with', 'it is late', '--dry-run'])
  expect(plan.out).toMatch(/^Exit with it is late: 1 process ends/)
  expect((await strata(['events', '--type', 'exit_sent', '--limit', '1'])).out).toContain(`exit signal shutdown; nobody was there`)
})
