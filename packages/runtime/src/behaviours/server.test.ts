import { afterEach, expect, test } from 'vitest'
import type { Pid } from '../ids.ts'
import { listProcesses, pinRows } from '../inspect/process-views.ts'
import { compileForTest, createTestScheduler, type TestScheduler } from '../testing/test-scheduler.ts'

let scheduler: TestScheduler

afterEach(() => scheduler.stop())

function room(version: number, extra = ''): string {
  return `
import { exit, receive, reply as answer, send, trapExit, whereis } from '@strata/runtime/process'
import { IGNORE, reply, type CallHandlers, type CastHandlers, type From, type Result } from '@strata/runtime/server'

export interface RoomCalls {
  version(): number
  add(message: { n: number }): number
  later(): string
  slow(): number
  crash(): never
  stop(message: { reason: string }): string
  idle(message: { ms: number }): boolean
  junk(): never
  leave(message: { reason: string }): never
}
type RoomCasts = { type: 'add'; n: number } | { type: 'answer'; value: string } | { type: 'boom' }
interface State { total: number; log: unknown[]; from: From<string> | null }

export function init(total: number, traps = false): State {
  if (total < 0) throw new RangeError('below zero')
  if (total === 404) return IGNORE as never
  trapExit(traps)
  return { total, log: [], from: null }
}

export const handleCall: CallHandlers<RoomCalls, State> = {
  version: (_, state) => ({ reply: ${version}, state }),
  add({ n }, state) {
    const total = state.total + n
    return { reply: total, state: { ...state, total } }
  },
  later: (_, state, from) => ({ state: { ...state, from } }),
  async slow(_, state) {
    await receive({ match: (m: any) => m.type === 'go' })
    return { reply: ${version}, state }
  },
  crash() { throw new Error('crashed in ${version}') },
  stop: ({ reason }, state) => ({ reply: 'bye', stop: reason, state }),
  idle: ({ ms }, state) => ({ reply: true, state, timeoutMs: ms }),
  junk: () => 5 as never,
  leave: ({ reason }) => exit(reason),
}

export const handleCast: CastHandlers<RoomCasts, State> = {
  add: ({ n }, state) => ({ state: { ...state, total: state.total + n } }),
  answer({ value }, state) {
    if (state.from) reply(state.from, value)
    return { state: { ...state, from: null } }
  },
  async boom() { throw new TypeError('cast') },
}

export function handleInfo(message: any, state: State): Result<State> {
  if (message?.type === 'log') { answer(message, 0); return { state } }
  return { state: { ...state, log: [...state.log, message?.type ?? message] } }
}

export function terminate(reason: any, state: State): void {
  if (whereis('log')) send('log', { terminated: reason.value ?? reason.message ?? reason.type, by: ${version}, total: state.total })
}
${extra}
`
}

const CLIENT = `
import { call as callProcess, exit, monitor, receive, register, reply, sleep, trapExit, unregister, whereis } from '@strata/runtime/process'
import { start, call, cast, ref, run, stop } from '@strata/runtime/server'
import type { RoomCalls } from './room.ts'
export async function open(...args: unknown[]) { return start<RoomCalls>('room', args, { name: 'room' }) }
export async function ask(message: any, timeoutMs?: number) {
  try { return await call(ref<RoomCalls>('room'), message, timeoutMs) } catch (error: any) { return { code: error.code, reason: error.reason } }
}
export async function tell(message: any) { cast('room', message) }
export async function fail(...args: unknown[]) {
  try { return await start('room', args, { link: true }) } catch (error: any) { return { name: error.name, code: error.code, reason: error.reason, pid: error.pid } }
}
export async function parent(total: number, traps: boolean, reason: string) {
  await start('room', [total, traps], { link: true, name: 'room' })
  await receive()
  exit(reason)
}
export async function end(reason: unknown) {
  const pid = whereis('room')!
  monitor(pid)
  await stop(pid, reason)
  return (await receive<any>()).reason
}
export async function ends() { monitor('room'); return (await receive<any>()).reason }
export async function become(total: number) { register('room'); return run('room', [total]) }
export async function system(request: any, timeoutMs?: number) { return callProcess('room', { $system: request }, timeoutMs) }
export async function log() {
  register('log')
  const all: unknown[] = []
  for (;;) {
    const message = await receive<any>()
    if (message.type === 'read') reply(message, all)
    else all.push(message)
  }
}
export async function logged() { return callProcess('log', { type: 'read' }) }
export async function askSelf() {
  const pid = await start('selfish', [])
  try { return await callProcess(pid, { type: 'me' }) } catch (error: any) { return error.reason }
}
`

const SELFISH = `
import { call, self } from '@strata/runtime/process'
export function init() { return 0 }
export async function handleCall() { return { reply: await call(self(), { type: 'me' }), state: 0 } }
`

function begin(extra = ''): void {
  scheduler = createTestScheduler({ modules: { room: room(1, extra), selfish: SELFISH, client: CLIENT } })
}

async function run(name: string, ...args: unknown[]): Promise<unknown> {
  const answer = await scheduler.apply('client', name, ...args)
  if (answer === undefined) return 'waits'
  return answer.status === 'answered' ? answer.value : answer
}

test('SRV1 a server answers calls with its state, takes casts and other messages, each by its handler', async () => {
  begin()
  const pid = (await run('open', 5)) as Pid
  expect(await run('ask', { type: 'add', n: 2 })).toBe(7)
  await run('tell', { type: 'add', n: 3 })
  expect(await run('ask', { type: 'add', n: 0 })).toBe(10)
  scheduler.send(pid, { type: 'something' })
  expect(await run('system', { type: 'getState' })).toMatchObject({ status: 'state', state: { total: 10, log: ['something'] } })
})

test('SRV2 a callback is looked up at each message: an idle server holds no generation, and the next message runs current with the old state (G2, G3)', async () => {
  begin()
  await run('open', 5)
  expect(scheduler.pins('room', 1)).toBe(0)
  scheduler.load({ room: room(2) })
  scheduler.load({ room: room(3) })
  expect(await run('ask', { type: 'version' })).toBe(3)
  expect(await run('ask', { type: 'add', n: 0 })).toBe(5)
  expect([1, 2, 3].map((n) => scheduler.pins('room', n))).toEqual([0, 0, 0])
})

test('SRV3 a callback under way is a frame: it pins its generation, and what it goes on with is that generation’s; the next message runs current (G5)', async () => {
  begin()
  const pid = (await run('open', 5)) as Pid
  const slow = scheduler.apply('client', 'ask', { type: 'slow' })
  await scheduler.runUntilIdle()
  scheduler.load({ room: room(2) })
  expect(pinRows(scheduler.scheduler, 'room', 1)).toMatchObject([{ pid, reason: 'frame', function: 'slow', at: 'room.ts:34' }])
  scheduler.send(pid, { type: 'go' })
  await scheduler.runUntilIdle()
  await slow
  expect(scheduler.pins('room', 1)).toBe(0)
  expect(await run('ask', { type: 'version' })).toBe(2)
})

test('SRV3 a server that is killed inside a callback calls no terminate, and its caller hears why (G4, G15)', async () => {
  begin()
  const pid = (await run('open', 5, true)) as Pid
  let answer: unknown
  scheduler.scheduler.apply('client', 'ask', [{ type: 'slow' }], (given) => (answer = given))
  await scheduler.runUntilIdle()
  scheduler.scheduler.kill(pid, 'operator', 'test')
  await scheduler.runUntilIdle()
  expect(answer).toMatchObject({ status: 'answered', value: { code: 'exited', reason: { type: 'killed' } } })
  expect([...scheduler.scheduler.core.names.keys()]).toEqual([])
})

test('SRV4 a call is answered later by whoever has its address, once; an answer after the time ran out is dropped (G32)', async () => {
  begin()
  await run('open', 0)
  let answer: unknown
  scheduler.scheduler.apply('client', 'ask', [{ type: 'later' }], (given) => (answer = given))
  await scheduler.runUntilIdle()
  expect(answer).toBeUndefined()
  await run('tell', { type: 'answer', value: 'here' })
  expect(answer).toEqual({ status: 'answered', value: 'here' })

  scheduler.scheduler.apply('client', 'ask', [{ type: 'later' }, 20], (given) => (answer = given))
  await scheduler.runUntilIdle()
  scheduler.clock.advance(20)
  await scheduler.runUntilIdle()
  expect(answer).toMatchObject({ value: { code: 'timeout' } })
  await run('tell', { type: 'answer', value: 'late' })
  expect(await run('ask', { type: 'version' })).toBe(1)
})

test('SRV5 a callback that throws ends the server with that error, terminate first; the caller hears it (G15)', async () => {
  begin()
  await run('open', 0)
  expect(await run('ask', { type: 'crash' })).toMatchObject({ code: 'exited', reason: { type: 'error', message: 'crashed in 1' } })
  const crash = scheduler.events.find((event) => event.type === 'crashed')
  expect(crash).toMatchObject({ crash: { module: 'room', generation: 1, reason: { message: 'crashed in 1' } } })
  expect(JSON.stringify(crash)).toMatch(/room\.ts:\d+:\d+ room@1/)
  expect(JSON.stringify(crash)).not.toMatch(/server\.ts/)
})

test('SRV5 terminate hears the reason of each end: an error, a stop, an exit of the parent where the server traps exits (G15, G16)', async () => {
  const ends: readonly [how: () => unknown, heard: unknown][] = [
    [() => run('ask', { type: 'stop', reason: 'enough' }), 'enough'],
    [() => run('tell', { type: 'boom' }), 'cast'],
    [() => run('ask', { type: 'junk' }), 'handleCall returned neither { state } nor { stop }'],
    [() => run('ask', { type: 'unheard' }), 'undef'],
    [() => run('end', 'normal'), 'normal'],
  ]
  for (const [how, heard] of ends) {
    begin()
    scheduler.spawn('client', 'log')
    await run('open', 3)
    await how()
    expect(await run('logged')).toEqual([{ terminated: heard, by: 1, total: 3 }])
    scheduler.stop()
  }
  begin()
  for (const traps of [false, true]) {
    scheduler.spawn('client', 'log')
    await scheduler.runUntilIdle()
    const parent = scheduler.spawn('client', 'parent', 3, traps, 'parent reason')
    await scheduler.runUntilIdle()
    scheduler.scheduler.apply('client', 'ends', [], (given) =>
      expect(given).toMatchObject({ value: { type: 'exit', value: 'parent reason' } }),
    )
    scheduler.send(parent, {})
    await scheduler.runUntilIdle()
    expect(await run('logged')).toEqual(traps ? [{ terminated: 'parent reason', by: 1, total: 3 }] : [])
    const log = scheduler.scheduler.core.names.get('log') as { pid: Pid }
    scheduler.scheduler.kill(log.pid, 'operator', '')
  }
})

test('SRV5 exit in a callback ends the server at once, without terminate: no catch sees it, not ours either (KILL3)', async () => {
  begin()
  scheduler.spawn('client', 'log')
  await run('open', 3)
  expect(await run('ask', { type: 'leave', reason: 'gone' })).toMatchObject({ code: 'exited', reason: { type: 'exit', value: 'gone' } })
  expect(await run('logged')).toEqual([])
})

test('SRV6 start waits for init and rejects with why: its failure, a name that is taken, a process that did not want to', async () => {
  begin()
  expect(await run('fail', -1)).toMatchObject({ name: 'StartError', code: 'failed', reason: { type: 'error', name: 'RangeError' } })
  expect(await run('fail', 404)).toMatchObject({ name: 'StartError', code: 'ignored' })
  const pid = await run('open', 1)
  expect(scheduler.scheduler.core.processes.size).toBe(1)
  const second = await scheduler.apply('client', 'open', 1)
  expect(second).toMatchObject({
    status: 'ended',
    reason: { type: 'error', name: 'StartError', message: 'room was not started: already_started' },
  })
  expect(scheduler.scheduler.core.names.get('room')?.pid).toBe(pid)
})

test('SRV6 run makes the calling process a server, and a name of it is answered as such', async () => {
  begin()
  scheduler.spawn('client', 'become', 8)
  expect(await run('ask', { type: 'add', n: 1 })).toBe(9)
})

test('SRV7 a call of a process that has ended, ends during the call, or is the caller itself, says which (G14)', async () => {
  begin()
  expect(await run('ask', { type: 'version' })).toMatchObject({ code: 'badarg' })
  await run('open', 1)
  expect(await run('ask', { type: 'leave', reason: 'r' })).toMatchObject({ code: 'exited', reason: { type: 'exit', value: 'r' } })
  expect(await run('askSelf')).toMatchObject({ type: 'error', message: expect.stringContaining('itself') })
})

test('SRV8 with timeoutMs in a result, handleInfo hears { type: "timeout" } where no message came before', async () => {
  begin()
  await run('open', 1)
  await run('ask', { type: 'idle', ms: 50 })
  scheduler.clock.advance(49)
  await scheduler.runUntilIdle()
  expect(await run('system', { type: 'getState' })).toMatchObject({ state: { log: [] } })
  await run('ask', { type: 'idle', ms: 50 })
  scheduler.clock.advance(50)
  await scheduler.runUntilIdle()
  expect(await run('system', { type: 'getState' })).toMatchObject({ state: { log: ['timeout'] } })
})

const CHANGE = `export function codeChange(from: number, state: State): State { return { ...state, total: state.total + 100 * from } }`

test('SYS2 suspended, a server takes system messages only; the others wait, in order, and are handled by the new code with the new state (G1, G9, G13)', async () => {
  begin()
  const pid = (await run('open', 5)) as Pid
  expect(await run('system', { type: 'suspend' })).toEqual({ status: 'suspended' })
  expect(await run('system', { type: 'suspend' })).toEqual({ status: 'suspended' })
  let answer: unknown
  scheduler.scheduler.apply('client', 'ask', [{ type: 'add', n: 1 }], (given) => (answer = given))
  await run('tell', { type: 'add', n: 1 })
  scheduler.send(pid, { type: 'note' })
  await scheduler.runUntilIdle()
  expect(answer).toBeUndefined()
  expect(await run('system', { type: 'getState' })).toMatchObject({ suspended: true, state: { total: 5, log: [] } })
  scheduler.load({ room: room(2, CHANGE) })
  expect(scheduler.pins('room', 1)).toBe(0)
  expect(await run('system', { type: 'changeCode', to: 2 })).toEqual({ status: 'changed', from: 1, to: 2 })
  expect(await run('system', { type: 'resume' })).toEqual({ status: 'running' })
  expect(answer).toMatchObject({ value: 106 })
  expect(await run('system', { type: 'getState' })).toMatchObject({ generation: 2, state: { total: 107, log: ['note'] } })
})

test('SYS3 a change of code that fails leaves state and generation as they were, and says why (G6, G7, G8)', async () => {
  begin()
  await run('open', 5)
  expect(await run('system', { type: 'changeCode', to: 1 })).toEqual({ status: 'not_suspended' })
  await run('system', { type: 'suspend' })
  expect(await run('system', { type: 'changeCode', to: 7 })).toEqual({ status: 'unknown_generation', generation: 7 })
  const failures: readonly [source: string, reason: unknown][] = [
    ["export function codeChange() { throw new Error('bang') }", { type: 'error', message: 'bang' }],
    ['', { type: 'undef', module: 'room', export: 'codeChange' }],
    ['export async function codeChange() { await receive() }', { type: 'error', message: 'it did not return within 100 ms' }],
    ['export function codeChange() {}', { type: 'error', message: 'it returned nothing' }],
    ['export function codeChange() { return [() => 1] }', { message: 'it returned what cannot be copied: $[0]: a function is no value' }],
    ["export function codeChange() { exit('leave') }", { type: 'exit', value: 'leave' }],
  ]
  for (const [index, [source, reason]] of failures.entries()) {
    scheduler.load({ room: room(index + 2, source) })
    let answer: unknown
    scheduler.scheduler.apply(
      'client',
      'system',
      [{ type: 'changeCode', to: index + 2, timeoutMs: 100 }, 1_000],
      (given) => (answer = given),
    )
    await scheduler.runUntilIdle()
    scheduler.clock.advance(100)
    await scheduler.runUntilIdle()
    expect(answer).toMatchObject({ value: { status: 'failed', reason } })
    expect(scheduler.scheduler.core.processes.size).toBe(1)
    expect(scheduler.pins('room', index + 2)).toBe(0)
  }
  await run('system', { type: 'resume' })
  expect(await run('ask', { type: 'add', n: 0 })).toBe(5)
  expect(scheduler.events).toEqual([])
})

test('SYS3 a codeChange that is under way ends with its process, however that ends', async () => {
  begin()
  const pid = (await run('open', 5)) as Pid
  await run('system', { type: 'suspend' })
  scheduler.load({ room: room(2, 'export async function codeChange() { await receive() }') })
  scheduler.scheduler.apply('client', 'system', [{ type: 'changeCode', to: 2, timeoutMs: 60_000 }, 60_000], () => {})
  await scheduler.runUntilIdle()
  expect(scheduler.pins('room', 2)).toBe(1)
  scheduler.scheduler.kill(pid, 'operator', '')
  await scheduler.runUntilIdle()
  expect(scheduler.pins('room', 2)).toBe(0)
  expect(scheduler.scheduler.core.processes.size).toBe(0)
})

test('HOST1 a call that the host gave up leaves nothing in the process that did not answer it', async () => {
  begin()
  const pid = (await run('open', 5)) as Pid
  await run('system', { type: 'suspend' })
  const callers = () => {
    let count = 0
    const { first = null } = scheduler.scheduler.core.processes.get(pid)?.relations?.callers ?? {}
    for (let call = first; call !== null; call = call.next) count++
    return count
  }
  const answers: unknown[] = []
  const giveUp = [1, 2].map((n) => scheduler.scheduler.callFromHost(pid, { $call: { type: 'add', n } }, (answer) => answers.push(answer)))
  expect(callers()).toBe(2)
  for (const one of giveUp) one()
  expect(callers()).toBe(0)
  scheduler.scheduler.kill(pid, 'operator', '')
  await scheduler.runUntilIdle()
  expect(answers).toEqual([])
})

test('SYS3 a dry run shows the state before and after, and changes nothing', async () => {
  begin()
  await run('open', 5)
  scheduler.load({ room: room(2, CHANGE) })
  await run('system', { type: 'suspend' })
  expect(await run('system', { type: 'changeCode', to: 2, dryRun: true })).toMatchObject({
    status: 'would_change',
    before: { total: 5 },
    after: { total: 105 },
  })
  expect(await run('system', { type: 'getState' })).toMatchObject({ state: { total: 5 } })
})

test('SYS4 a server can be moved to a generation that is not current: it keeps that one, and says so as a pin', async () => {
  begin(CHANGE)
  await run('open', 5)
  scheduler.load({ room: room(2, CHANGE) })
  expect(await run('ask', { type: 'version' })).toBe(2)
  await run('system', { type: 'suspend' })
  expect(await run('system', { type: 'changeCode', to: 1 })).toEqual({ status: 'changed', from: 1, to: 1 })
  await run('system', { type: 'resume' })
  expect(await run('ask', { type: 'version' })).toBe(1)
  expect(scheduler.pins('room', 1)).toBe(1)
})

test('PIN8 a module that declares pinned keeps its processes in the generation they started in, until they are moved or end', async () => {
  const pinned = `export const pinned = true
${CHANGE}`
  begin(pinned)
  await run('open', 5)
  scheduler.load({ room: room(2, pinned) })
  scheduler.load({ room: room(3, pinned) })
  expect(await run('ask', { type: 'version' })).toBe(1)
  const { rows } = listProcesses(scheduler.scheduler, {})
  expect(rows[0]?.pins).toMatchObject([{ module: 'room', generation: 1, reason: 'declared' }])
  await run('system', { type: 'suspend' })
  expect(await run('system', { type: 'changeCode', to: 3 })).toEqual({ status: 'changed', from: 1, to: 3 })
  await run('system', { type: 'resume' })
  expect(await run('ask', { type: 'add', n: 0 })).toBe(105)
  expect([1, 2, 3].map((n) => scheduler.pins('room', n))).toEqual([0, 0, 1])
  await run('end', 'normal')
  expect(scheduler.pins('room', 3)).toBe(0)
})

test('SYS2 a suspended server obeys its parent’s exit (G11)', async () => {
  begin()
  scheduler.spawn('client', 'log')
  const parent = scheduler.spawn('client', 'parent', 3, true, 'parent reason')
  await scheduler.runUntilIdle()
  await run('system', { type: 'suspend' })
  scheduler.send(parent, {})
  await scheduler.runUntilIdle()
  expect(await run('logged')).toEqual([{ terminated: 'parent reason', by: 1, total: 3 }])
})

test('SYS1 the state is read and replaced; one that cannot be copied is said to be (G12)', async () => {
  begin()
  await run('open', 5)
  expect(await run('system', { type: 'replaceState', state: { total: 1, log: [], from: null } })).toMatchObject({
    status: 'state',
    state: { total: 1 },
  })
  expect(await run('ask', { type: 'add', n: 1 })).toBe(2)
  scheduler.load({
    room: room(2)
      .replace('return { reply: total,', 'return { reply: total, f: 1,')
      .replace('...state, total }', '...state, total, f: () => 1 }'),
  })
  await run('ask', { type: 'add', n: 1 })
  expect(await run('system', { type: 'getState' })).toMatchObject({ status: 'unreadable' })
})

test('SRV2 no call is lost and each client sees generations rise while thirty are loaded under traffic (G31)', async () => {
  begin()
  await run('open', 0)
  const seen: number[][] = [[], [], []]
  for (let version = 2; version <= 30; version++) {
    const asked = seen.map(async (list) => list.push((await run('ask', { type: 'version' })) as number))
    scheduler.load({ room: room(version) })
    await Promise.all(asked)
  }
  for (const list of seen) {
    expect(list).toHaveLength(29)
    expect(list.toSorted((a, b) => a - b)).toEqual(list)
  }
})

test('MSG1 a literal with which a server or a state machine is called is a value of its own, and is refused with its path', async () => {
  const SHELF = `export const init = () => []
    export const handleCall = (message, held) => ({ reply: message.items.length, state: [...held, message] })`
  const GATE = `export const init = () => ({ state: 'open', data: 0 })
    export const states = { open: ({ message }, data) => ({ reply: [message.items, data], data: data + 1 }) }`
  const CUSTOMER = `
    import { call as ask, start as open } from '@strata/runtime/state-machine'
    import * as server from '@strata/runtime/server'
    import { call, reply, start } from '@strata/runtime/server'
    export async function main() {
      const [shelf, gate] = [await start('shelf'), await open('gate')]
      const [items, out] = [['a'], []]
      out.push(await call(shelf, { items, n: 1 }))
      items.push('b')
      out.push(await call(shelf, { items, n: 2 }), await server.call(shelf, { items, n: 3 }), await ask(gate, { items, n: 4 }))
      out.push((await call(shelf, { $system: { type: 'getState' } })).state.map((message) => message.items.length))
      for (const ask of [() => call(shelf, { items: [1, () => {}] }), () => call(shelf, { items: 1, then: [Symbol('s')] })])
        try { await ask() } catch ({ code, path }) { out.push([code, path]) }
      return out
    }`
  const modules = { shelf: SHELF, gate: GATE, customer: CUSTOMER }
  scheduler = createTestScheduler({ modules })
  // Each that is written where it is sent is made by a function of its own, and not copied again.
  const { code } = compileForTest('customer', CUSTOMER, [])
  expect(code.match(/message\$\$\d+\(/g)).toHaveLength(5)
  expect(await scheduler.apply('customer', 'main')).toMatchObject({
    status: 'answered',
    value: [1, 2, 2, [['a', 'b'], 0], [1, 2, 2], ['invalid_message', '$.items[1]'], ['invalid_message', '$.then[0]']],
  })
})
