import { afterEach, expect, test } from 'vitest'
import { createTestScheduler, type TestScheduler } from '../testing/test-scheduler.ts'

let scheduler: TestScheduler
afterEach(() => scheduler.stop())

const HEAD = `
import { call as api, receive, send, whereis, trapExit } from '@strata/runtime/process'
import { call, cast, run, ref, reply, type Initial, type MachineEvent, type Outcome, type StateHandlers } from '@strata/runtime/state-machine'
function log(...entry: unknown[]) { send('log', entry) }
`

/** A door: `locked`, `closed`, `open`; the code opens it, and it closes by itself. */
function door(extra = ''): string {
  return `${HEAD}
export interface DoorCalls { push(): string; code(message: { value: string }): boolean; where(): string }
type Name = 'locked' | 'closed' | 'open'
interface Data { tries: number }
export function init(): Initial<Name, Data> { return { state: 'locked', data: { tries: 0 } } }
export const states: StateHandlers<Name, Data, DoorCalls> = {
  locked(event, data) {
    if (event.type === 'call' && event.message.type === 'code') {
      if (event.message.value === '42') return { state: 'closed', data: { tries: 0 }, reply: true }
      return { data: { tries: data.tries + 1 }, reply: false }
    }
    return common(event, 'locked', data) ?? { postpone: true }
  },
  closed(event, data) {
    if (event.type === 'call' && event.message.type === 'push') return { state: 'open', reply: 'opened', stateTimeoutMs: 100 }
    if (event.type === 'cast' && event.message.type === 'lock') return { state: 'locked' }
    return common(event, 'closed', data)
  },
  open(event, data) {
    if (event.type === 'timeout' && event.name === 'state') return { state: 'closed' }
    return common(event, 'open', data)
  },
}
function common(event: MachineEvent<Name, DoorCalls>, name: Name, data: Data): Outcome<Name, Data> {
  if (event.type === 'call' && event.message.type === 'where') return { reply: name + ' ' + data.tries }
  if (event.type === 'info') { log('info', name, event.message.type); return {} }
}
export function terminate(reason: any, state: Name, data: Data) { log('terminate', reason.value ?? reason.message ?? reason.type, state, data.tries) }
${extra}
`
}

const CLIENT = `${HEAD}
import { register, processInfo } from '@strata/runtime/process'
import { start, stop } from '@strata/runtime/state-machine'
export async function open(module: string, ...args: unknown[]) { return start(module, args, { name: 'machine' }) }
export async function ask(message: any, timeoutMs?: number) {
  try { return await call(ref<any>('machine'), message, timeoutMs) } catch (error: any) { return { code: error.code, reason: error.reason } }
}
export async function tell(message: any) { cast('machine', message) }
export async function end(reason: unknown) { await stop('machine', reason) }
export async function system(request: any) { return api('machine', { $system: request }) }
export async function logs() {
  register('log')
  let all: unknown[] = []
  for (;;) {
    const message = await receive<any>()
    if (message?.type === 'read') { const { reply } = await import('@strata/runtime/process'); reply(message, all); all = [] }
    else all.push(message)
  }
}
export async function logged() { return api('log', { type: 'read' }) }
`

async function begin(modules: Record<string, string>, first: string, ...args: unknown[]): Promise<void> {
  scheduler = createTestScheduler({ modules: { ...modules, client: CLIENT } })
  scheduler.spawn('client', 'logs')
  await run('open', first, ...args)
}

async function run(name: string, ...args: unknown[]): Promise<any> {
  const answer = await scheduler.apply('client', name, ...args)
  return answer?.status === 'answered' ? answer.value : answer
}

async function advance(ms: number): Promise<void> {
  scheduler.clock.advance(ms)
  await scheduler.runUntilIdle()
}

test('STM1 events are handled by the function of the state that the machine is in; what an outcome leaves out stays', async () => {
  await begin({ door: door() }, 'door')
  expect(await run('ask', { type: 'code', value: '1' })).toBe(false)
  expect(await run('ask', { type: 'where' })).toBe('locked 1')
  expect(await run('ask', { type: 'code', value: '42' })).toBe(true)
  expect(await run('ask', { type: 'where' })).toBe('closed 0')
  expect(scheduler.pins('door', 1)).toBe(0)
})

test('STM1 one handler for all states, which may be any values', async () => {
  await begin(
    {
      counter: `${HEAD}
export function init(n: number) { return { state: { n }, data: 'd' } }
export async function handleEvent(event: any, state: { n: number }, data: string) {
  if (event.type === 'cast') return { state: { n: state.n + event.message.by } }
  return { reply: [state.n, data] }
}`,
    },
    'counter',
    4,
  )
  await run('tell', { by: 3 })
  expect(await run('ask', { type: 'read' })).toEqual([7, 'd'])
})

test('STM2 a postponed event comes again after the next change of state, before what arrived later, in its order', async () => {
  await begin({ door: door() }, 'door')
  let pushed: unknown
  scheduler.scheduler.apply('client', 'ask', [{ type: 'push' }], (answer) => (pushed = answer))
  await scheduler.runUntilIdle()
  expect(pushed).toBeUndefined()
  await run('ask', { type: 'code', value: '42' })
  expect(pushed).toMatchObject({ value: 'opened' })
  expect(await run('ask', { type: 'where' })).toBe('open 0')
})

test('STM3 a state’s timeout ends with the state, an event’s with any event, a named one neither with one nor the other', async () => {
  await begin({ door: door() }, 'door')
  await run('ask', { type: 'code', value: '42' })
  await run('ask', { type: 'push' })
  await advance(99)
  expect(await run('ask', { type: 'where' })).toBe('open 0')
  await advance(1)
  expect(await run('ask', { type: 'where' })).toBe('closed 0')

  const timers = `${HEAD}
export function init() { return { state: 'a', data: null, stateTimeoutMs: 10, eventTimeoutMs: 20, timeoutsMs: { far: 30, never: 5 } } }
export function handleEvent(event: any, state: string) {
  if (event.type === 'timeout') { log('timeout', event.name, state); return {} }
  return event.message
}`
  await begin({ timers }, 'timers')
  await run('tell', { timeoutsMs: { never: null } })
  await run('tell', { state: 'b' })
  await advance(100)
  expect(await run('logged')).toEqual([['timeout', 'far', 'b']])
  await run('tell', { eventTimeoutMs: 20, stateTimeoutMs: 10, timeoutsMs: { soon: 0 } })
  expect(await run('logged')).toEqual([['timeout', 'soon', 'b']])
  await advance(100)
  expect(await run('logged')).toEqual([['timeout', 'state', 'b']])
})

test('STM4 internal events come before all that waits, in the order in which they were inserted', async () => {
  const steps = `${HEAD}
export function init() { return { state: 'a', data: null, nextEvents: ['first'] } }
export function handleEvent(event: any, state: string) {
  log(event.type, typeof event.message === 'string' ? event.message : 'outcome')
  if (event.type === 'cast') return event.message
  if (event.message === 'one') return { nextEvents: ['three'] }
}`
  await begin({ steps }, 'steps')
  const pid = scheduler.scheduler.core.names.get('machine')?.pid as never
  scheduler.send(pid, { $cast: { nextEvents: ['one', 'two'] } })
  scheduler.send(pid, { $cast: {} })
  await scheduler.runUntilIdle()
  expect(await run('logged')).toEqual([
    ['internal', 'first'],
    ['cast', 'outcome'],
    ['internal', 'one'],
    ['internal', 'three'],
    ['internal', 'two'],
    ['cast', 'outcome'],
  ])
})

test('STM5 with stateEnter each state hears that it is entered, the first from itself; it cannot change the state then', async () => {
  const entering = `${HEAD}
export const stateEnter = true
export function init() { return { state: 'a', data: 0 } }
export function handleEvent(event: any, state: string, data: number) {
  if (event.type === 'enter') {
    log('enter', event.from, state)
    return state === 'bad' ? { state: 'a' } : { data: data + 1 }
  }
  if (event.type === 'call') return { reply: data }
  return event.message
}`
  await begin({ entering }, 'entering')
  await run('tell', { state: 'b' })
  await run('tell', { state: 'b' })
  await run('tell', { repeat: true })
  expect(await run('logged')).toEqual([
    ['enter', 'a', 'a'],
    ['enter', 'a', 'b'],
    ['enter', 'b', 'b'],
  ])
  expect(await run('ask', { type: 'data' })).toBe(3)
  await run('tell', { state: 'bad' })
  expect(await run('ask', { type: 'data' })).toMatchObject({ code: 'badarg' })
})

const FIRST = `${HEAD}
export function init() { return { state: 's1', data: 'd' } }
export const states = { s1: (event: any) => (event.type === 'call' && event.message.type === 'q' ? { reply: ['first', 's1'] } : { reply: 'ok', ...event.message.outcome }) }
`

function second(version: number, extra = ''): string {
  return `${HEAD}
export function handleEvent(event: any, state: string, data: string) {
  if (event.type === 'enter') return void log('enter', event.from, state)
  return event.type === 'call' && event.message.type === 'q' ? { reply: ['second', ${version}, state, data] } : { reply: 'ok', ...event.message.outcome }
}
${extra}`
}

test('STM6 changeModule takes another module’s callbacks and way of handling at once, keeping state and data; no enter is heard for it (G23, G25)', async () => {
  await begin({ first: FIRST, second: second(1, 'export const stateEnter = true') }, 'first')
  expect(await run('ask', { type: 'do', outcome: { changeModule: 'second' } })).toBe('ok')
  expect(await run('ask', { type: 'q' })).toEqual(['second', 1, 's1', 'd'])
  expect(await run('logged')).toEqual([])
  await run('ask', { type: 'do', outcome: { state: 's2' } })
  expect(await run('logged')).toEqual([['enter', 's1', 's2']])
})

test('STM6 pushModule is undone by popModule; the stack holds names, not code; popping what was not pushed ends the machine, after the reply (G24, G27)', async () => {
  await begin({ first: FIRST, second: second(1) }, 'first')
  await run('ask', { type: 'do', outcome: { pushModule: 'second' } })
  scheduler.load({ second: second(2), first: FIRST })
  expect(await run('ask', { type: 'q' })).toEqual(['second', 2, 's1', 'd'])
  expect(['first', 'second'].map((module) => scheduler.pins(module, 1))).toEqual([0, 0])
  await run('ask', { type: 'do', outcome: { popModule: true } })
  expect(await run('ask', { type: 'q' })).toEqual(['first', 's1'])
  expect(await run('ask', { type: 'do', outcome: { popModule: true } })).toBe('ok')
  expect(scheduler.events.at(-1)).toMatchObject({ type: 'crashed', crash: { reason: { message: 'popModule: no module was pushed' } } })
})

test('STM6 a module that is not there, or handles no events, ends the machine (G26)', async () => {
  for (const changeModule of ['none', 'client']) {
    await begin({ first: FIRST }, 'first')
    expect(await run('ask', { type: 'do', outcome: { changeModule } })).toBe('ok')
    expect(scheduler.events.at(-1)).toMatchObject({ type: 'crashed', crash: { reason: { type: 'undef', module: changeModule } } })
    scheduler.stop()
  }
  await begin({ first: FIRST }, 'first')
})

test('STM7 it ends as a server does: terminate hears why, the state and the data', async () => {
  await begin({ door: door() }, 'door')
  await run('ask', { type: 'code', value: '1' })
  await run('end', 'enough')
  await begin({ door: door() }, 'door')
  await run('end', 'enough')
  expect(await run('logged')).toEqual([['terminate', 'enough', 'locked', 0]])
  const wrong = `${HEAD}
export function init() { return { state: 'a', data: 0 } }
export const states = { a: (event: any) => event.message }
export function terminate(reason: any, state: string) { log('terminate', reason.value ?? reason.message ?? reason.export, state) }`
  await begin({ wrong }, 'wrong')
  await run('tell', 5)
  expect(await run('logged')).toEqual([['terminate', 'a handler returned no transition', 'a']])
  await run('open', 'wrong')
  await run('tell', { state: 'nowhere' })
  await run('tell', {})
  expect(await run('logged')).toEqual([['terminate', 'states.nowhere', 'nowhere']])
  await run('open', 'wrong')
  await run('tell', { stop: 'so', data: 1 })
  expect(await run('logged')).toEqual([['terminate', 'so', 'a']])
})

test('STM7 a change of code takes state and data from codeChange of the module on top, and its way of handling events (G20, G22, G28)', async () => {
  const change = `export function codeChange(from: number, { state, data }: any) { return { state: state + '+', data: [from, data] } }`
  await begin({ first: FIRST, second: second(1) }, 'first')
  await run('ask', { type: 'do', outcome: { pushModule: 'second' } })
  scheduler.load({ second: second(2, change), first: FIRST })
  await run('system', { type: 'suspend' })
  expect(await run('system', { type: 'changeCode', to: 2 })).toEqual({ status: 'changed', from: 1, to: 2 })
  scheduler.load({ second: second(3, 'export function codeChange() { return 5 }') })
  expect(await run('system', { type: 'changeCode', to: 3 })).toMatchObject({ status: 'failed' })
  await run('system', { type: 'resume' })
  expect(await run('ask', { type: 'q' })).toEqual(['second', 3, 's1+', [1, 'd']])
})
