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

test('TRACE4 trace: prints what comes, ends by itself with a summary, and stands in the activity', async () => {
  const [pid = ''] = (await rooms()).map((row) => row.pid)
  const tracing = strata(['trace', pid, '--messages', '2', '--for', '40s', '--reason', 'it is odd'])
  await expect.poll(async () => (await strata(['events', '--type', 'trace_started', '--limit', '1'])).out).toContain(pid)
  for (const token of ['a', 'b']) await json('send', pid, JSON.stringify({ type: 'nothing', token, evil: '\u202e' }))
  const { code, out, err } = await tracing
  expect([code, err]).toEqual([0, `Tracing ${pid}: 2 messages at most, for 40 s. Ctrl-C stops it.\n`])
  expect(out.replaceAll(/^\d\d:\d\d:\d\d\.\d{3}/gm, 'TIME')).toBe(
    `${'TIME  ← host  message  { type: "nothing", token: «redacted», evil: "\\u202e" }\n'.repeat(2)}2 messages. The trace has ended: its limit of messages was reached.\n`,
  )
  const events = (await strata(['events', '--limit', '10'])).out
  expect(events).toContain(`messages of ${pid} traced, 2 at most, for 40 s · token: it is odd`)
  expect(events).toContain(`trace of ${pid} ended: its limit of messages was reached; 2 messages seen · token: it is odd`)
})

test('TRACE2 trace: Ctrl-C stops it; what is too much is refused by name, and --json prints one object a line', async () => {
  const [pid = ''] = (await rooms()).map((row) => row.pid)
  const interrupted = new AbortController()
  const tracing = strata(['trace', '--matching', '--search', `${room}-1`, '--json'], { signal: interrupted.signal })
  await expect.poll(async () => (await strata(['events', '--type', 'trace_started', '--limit', '1'])).out).toContain(pid)
  await json('send', pid, '{"type":"nothing"}')
  interrupted.abort()
  const { code, out } = await tracing
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect([code, lines.length]).toEqual([0, 2])
  expect(lines).toMatchObject([
    { pid, kind: 'message', from: '0.0' },
    { seen: 1, dropped: 0, end: { why: 'stopped' } },
  ])
  expect(await refusal('trace', pid, '--messages', '1001')).toMatchObject({
    code: 1,
    fault: { code: 'too_large', what: 'trace_messages', limit: 1_000 },
  })
  expect((await strata(['trace', pid, '--for', 'long'])).code).toBe(2)
  expect((await strata(['trace'])).code).toBe(2)
})
