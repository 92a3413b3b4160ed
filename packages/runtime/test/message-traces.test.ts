import { expect, test } from 'vitest'
import type { Engine, EngineEvent, Pid, TracePage } from '../src/index.ts'
import { ManualClock } from '../src/testing/manual-clock.ts'
import { BY, eventThat, faultOf, startSchedulers, startSystem } from './system.ts'

const TALK = `import { receive, reply, send, spawn } from '@strata/runtime/process'
export async function start(): Promise<void> {
  for (;;) {
    const message = await receive<any>()
    if (message.type === 'tell') { send(message.to, { word: message.word }); reply(message, true) }
    else if (message.type === 'flood') for (let i = 0; i < message.times; i++) send(message.to, i)
    else if (message.type === 'end') return
    else if (message.type === 'echo') reply(message, message.word)
  }
}
`

const talker = (engine: Engine, scheduler = 1): Promise<Pid> => engine.spawn({ module: 'talk', export: 'start', scheduler }, BY)

const ended = (engine: Engine, trace: string) =>
  eventThat(engine, (event) => event.type === 'trace_ended' && event.trace === trace) as Promise<
    Extract<EngineEvent, { type: 'trace_ended' }>
  >

test('TRACE1 TRACE4 a trace over two schedulers shows who told whom what; beginning and end are events', async () => {
  const engine = await startSchedulers(2, { 'talk.ts': TALK }, 'process')
  const [here, there] = [await talker(engine), await talker(engine, 2)]
  const trace = await engine.trace({ targets: { pids: [there] } }, BY)
  expect(trace).toMatchObject({ pids: [there], messages: 200, forMs: 30_000, actor: 'anna', seen: 0, end: null })
  await engine.call(here, { type: 'tell', to: there, word: 'hei' })
  await engine.call(there, { type: 'echo', word: 'ho' })
  const { end } = await engine.stopTrace(trace.id, { actor: 'ben', reason: 'seen' })
  expect(end?.why).toBe('stopped')
  const { entries, seen, next }: TracePage = await engine.traceEntries(trace.id, 0)
  expect(entries.map(({ kind, from, to, preview }) => [kind, from, to, preview.text.replaceAll(/\s+/g, ' ')])).toEqual([
    ['message', here, there, '{ word: "hei" }'],
    ['call', '0.0', there, '{ type: "echo", word: "ho" }'],
    ['reply', there, '0.0', '"ho"'],
  ])
  expect([seen, next, (await engine.traceEntries(trace.id, 2)).entries.length]).toEqual([3, 3, 1])
  expect(await eventThat(engine, ({ type }) => type === 'trace_started')).toMatchObject({ pids: [there], messages: 200, by: BY })
  expect(await ended(engine, trace.id)).toMatchObject({ why: 'stopped', seen: 3, dropped: 0, by: { actor: 'ben' } })
  expect(await engine.traces()).toMatchObject([{ id: trace.id, end: { why: 'stopped' } }])
})

test('TRACE2 a flood ends it at its limit and says what went by; nobody is slowed', async () => {
  const engine = await startSchedulers(2, { 'talk.ts': TALK })
  const [from, to, other] = [await talker(engine), await talker(engine), await talker(engine, 2)]
  const trace = await engine.trace({ targets: { pids: [to, other] }, messages: 50 }, BY)
  await engine.send(from, { type: 'flood', to, times: 3_000 }, BY)
  await engine.send(from, { type: 'flood', to: other, times: 3_000 }, BY)
  const { why, seen, dropped } = await ended(engine, trace.id)
  expect([why, seen]).toEqual(['messages', 50])
  expect(dropped).toBeGreaterThan(0)
  expect(await engine.call(to, { type: 'echo', word: 1 }, 30_000)).toBe(1)
  const { events } = await engine.eventsAfter(0)
  expect(events.filter(({ type }) => type.startsWith('trace_')).map(({ type }) => type)).toEqual(['trace_started', 'trace_ended'])
  expect((await engine.traceEntries(trace.id, 0)).entries).toHaveLength(50)
})

test('TRACE2 it ends with its time, with the last of its processes, and with their scheduler', async () => {
  const clock = new ManualClock()
  const engine = await startSystem({ 'talk.ts': TALK }, 'thread', undefined, clock)
  const [a, b, c] = [await talker(engine), await talker(engine), await talker(engine)]
  const timed = await engine.trace({ targets: { pids: [c] }, forMs: 1_000 }, BY)
  clock.advance(1_000)
  expect(await ended(engine, timed.id)).toMatchObject({ why: 'time', by: BY })
  const both = await engine.trace({ targets: { pids: [a, b, '1.99999' as Pid] } }, BY)
  expect(both.pids).toEqual([a, b])
  const seenEnds = async () => (await engine.traceEntries(both.id, 0)).entries.filter(({ kind }) => kind === 'ended')
  await engine.send(a, { type: 'end' }, BY)
  // A kill overtakes what another process has yet to do with its message.
  await expect.poll(seenEnds).toMatchObject([{ pid: a }])
  expect((await engine.traces()).map(({ id, end }) => [id, end?.why])).toEqual([
    [both.id, undefined],
    [timed.id, 'time'],
  ])
  await engine.kill(b, BY)
  expect(await ended(engine, both.id)).toMatchObject({ why: 'ended' })
  expect((await seenEnds()).map(({ pid, preview }) => [pid, preview.text])).toEqual([
    [a, '"normal"'],
    [b, '"killed by operator: test"'],
  ])
  await expect.poll(async () => (await engine.processes({ module: 'talk' })).total).toBe(1)
  const last = await engine.trace({ targets: { matching: { module: 'talk' } } }, BY)
  expect(last.pids).toEqual([c])
  await engine.restartScheduler(await engine.planRestart(1), BY)
  expect(await ended(engine, last.id)).toMatchObject({ why: 'ended' })
})

test('TRACE2 what is too much, or nobody, is refused, and nothing is traced', async () => {
  const engine = await startSystem({ 'talk.ts': TALK })
  const pids = await Promise.all(Array.from({ length: 21 }, () => talker(engine)))
  const [pid] = pids as [Pid]
  await expect.poll(async () => (await engine.processes({ module: 'talk' })).total).toBe(21)
  const refused = async (request: Parameters<Engine['trace']>[0]) => faultOf(engine.trace(request, BY))
  expect(await refused({ targets: { pids: [pid] }, messages: 1_001 })).toEqual({
    code: 'too_large',
    what: 'trace_messages',
    limit: 1_000,
    size: 1_001,
  })
  expect(await refused({ targets: { pids: [pid] }, forMs: 60_001 })).toMatchObject({ code: 'too_large', what: 'trace_ms' })
  expect(await refused({ targets: { pids } })).toMatchObject({ code: 'too_large', what: 'trace_processes', limit: 20, size: 21 })
  expect(await refused({ targets: { matching: { module: 'talk' } } })).toMatchObject({ code: 'too_large', size: 21 })
  expect(await refused({ targets: { matching: { search: 'no such' } } })).toMatchObject({ code: 'nothing_to_do' })
  expect(await refused({ targets: { pids: ['1.99999' as Pid] } })).toEqual({ code: 'unknown_pid', pid: '1.99999' })
  expect(await faultOf(engine.traceEntries('none', 0))).toEqual({ code: 'unknown_trace', trace: 'none' })
  expect(await engine.traces()).toEqual([])
  const running = await Promise.all(Array.from({ length: 5 }, () => engine.trace({ targets: { pids: [pid] } }, BY)))
  expect(await refused({ targets: { pids: [pid] } })).toMatchObject({ code: 'too_large', what: 'traces', limit: 5 })
  await engine.stopTrace(running[0]?.id ?? '', BY)
  await engine.trace({ targets: { pids: [pid] } }, BY)
})
