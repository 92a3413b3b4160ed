import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ChildSpec, SupervisorSpec } from '../src/behaviours/supervisor.ts'
import type { Pid } from '../src/ids.ts'
import { createTestScheduler, type TestScheduler } from '../src/testing/test-scheduler.ts'
import { kid, SUPERVISED_SYSTEM } from './supervised-system.ts'

let scheduler: TestScheduler

beforeEach(() => {
  scheduler = createTestScheduler({ modules: SUPERVISED_SYSTEM })
  scheduler.spawn('log', 'start')
})

afterEach(() => scheduler.stop())

function one(id: string, rest: Partial<ChildSpec> & { readonly how?: string } = {}): ChildSpec {
  const { how, ...spec } = rest
  return { id, start: { module: 'kid', export: 'start', args: how === undefined ? [id] : [id, how], name: id }, ...spec }
}

function server(id: string, rest: Partial<ChildSpec> = {}): ChildSpec {
  return { id, start: { behaviour: 'server', module: 'kid', args: [id], name: id }, ...rest }
}

async function begin(spec: unknown): Promise<void> {
  scheduler.spawn('client', 'parent', spec)
  await scheduler.runUntilIdle()
}

async function apply(module: string, name: string, ...args: unknown[]): Promise<any> {
  const answer = await scheduler.apply(module, name, ...args)
  return answer?.status === 'answered' ? answer.value : answer
}

const ask = (verb: string, ...args: unknown[]): Promise<any> => apply('client', 'ask', verb, ...args)

/** What was told since it was read last. */
async function events(): Promise<unknown[]> {
  let told: unknown
  const log = pidOf('log')
  scheduler.scheduler.callFromHost(log, { type: 'read' }, (answer) => (told = answer.status === 'answered' ? answer.value : answer))
  await scheduler.runUntilIdle()
  return told as unknown[]
}

function pidOf(name: string): Pid {
  return scheduler.scheduler.core.names.get(name)?.pid as Pid
}

async function end(id: string, reason: unknown): Promise<void> {
  if (reason === 'killed') scheduler.scheduler.kill(pidOf(id), 'signal', '')
  else scheduler.send(pidOf(id), reason === 'throw' ? { type: 'throw' } : { type: 'end', reason })
  await scheduler.runUntilIdle()
}

async function leave(reason: unknown): Promise<void> {
  scheduler.send(pidOf('parent'), { type: 'leave', reason })
  await scheduler.runUntilIdle()
}

/** `a:running`, in start order. */
async function kids(): Promise<string[]> {
  return ((await ask('children')) as { id: string; status: string }[]).map(({ id, status }) => `${id}:${status}`)
}

test('SUP1 children start in order and stop in reverse order, with their parent’s shutdown (S1)', async () => {
  await begin({ children: [one('a'), one('b'), one('c')] } satisfies SupervisorSpec)
  expect(await events()).toEqual([
    ['start', 'a'],
    ['start', 'b'],
    ['start', 'c'],
  ])
  expect(await kids()).toEqual(['a:running', 'b:running', 'c:running'])
  const supervisor = scheduler.scheduler.core.processes.get(pidOf('sup'))
  await leave('shutdown')
  expect(await events()).toEqual([
    ['stop', 'c', 'shutdown'],
    ['stop', 'b', 'shutdown'],
    ['stop', 'a', 'shutdown'],
  ])
  expect(supervisor?.reason).toEqual({ type: 'exit', value: 'shutdown' })
})

test.each([
  ['one-for-one', ['start b']],
  ['one-for-all', ['stop d', 'stop c', 'stop a', 'start a', 'start b', 'start c', 'start d']],
  ['rest-for-one', ['stop d', 'stop c', 'start b', 'start c', 'start d']],
] as const)('SUP2 %s, where b of a b c d is killed (S2, S3, S4)', async (strategy, expected) => {
  await begin({ strategy, children: ['a', 'b', 'c', 'd'].map((id) => one(id)) })
  await events()
  await end('b', 'killed')
  expect((await events()).map((event) => (event as string[]).slice(0, 2).join(' '))).toEqual(expected)
  expect(await kids()).toEqual(['a:running', 'b:running', 'c:running', 'd:running'])
})

test('SUP2 a group restart forgets temporary siblings, and counts as one restart (S6, S10)', async () => {
  await begin({
    strategy: 'one-for-all',
    intensity: 1,
    children: [one('a', { restart: 'temporary' }), one('b', { restart: 'transient' }), one('c')],
  })
  await end('b', 'normal')
  await events()
  expect(await kids()).toEqual(['a:running', 'b:stopped', 'c:running'])
  await end('c', 'boom')
  expect(await events()).toEqual([
    ['stop', 'a', 'shutdown'],
    ['start', 'b'],
    ['start', 'c'],
  ])
  expect(await kids()).toEqual(['b:running', 'c:running'])
  await end('c', 'boom')
  expect(await events()).toEqual([
    ['stop', 'b', 'shutdown'],
    ['supervisor ended', 'shutdown'],
  ])
})

test.each([
  ['permanent', ['running', 'running', 'running', 'running', 'running']],
  ['transient', ['stopped', 'stopped', 'stopped', 'running', 'running']],
  ['temporary', ['gone', 'gone', 'gone', 'gone', 'gone']],
] as const)('SUP3 a %s child after normal, shutdown, { shutdown }, boom and a kill (S5)', async (restart, outcomes) => {
  const seen: string[] = []
  for (const reason of ['normal', 'shutdown', { shutdown: 'x' }, 'boom', 'killed']) {
    await begin({ children: [one('k', { restart })] })
    await end('k', reason)
    seen.push((await kids())[0]?.slice(2) ?? 'gone')
    await leave('shutdown')
  }
  expect(seen).toEqual(outcomes)
})

test.each([0, 1, 2, 3])(
  'SUP4 intensity %i: so many restarts, then the supervisor stops its children and ends with shutdown (S7)',
  async (intensity) => {
    await begin({ intensity, periodMs: 5_000, children: [one('k'), one('other')] })
    for (let crash = 0; crash < intensity; crash++) await end('k', 'boom')
    expect(await kids()).toEqual(['k:running', 'other:running'])
    await events()
    await end('k', 'boom')
    expect(await events()).toEqual([
      ['stop', 'other', 'shutdown'],
      ['supervisor ended', 'shutdown'],
    ])
  },
)

test('SUP4 restarts that lie longer back than the period count no more', async () => {
  await begin({ intensity: 1, periodMs: 1_000, children: [one('k')] })
  for (let crash = 0; crash < 5; crash++) {
    await end('k', 'boom')
    scheduler.clock.advance(1_001)
  }
  expect(await kids()).toEqual(['k:running'])
  await end('k', 'boom')
  scheduler.clock.advance(1_000)
  await end('k', 'boom')
  expect((await events()).at(-1)).toEqual(['supervisor ended', 'shutdown'])
})

test('SUP5 a child that fails to start for ever: each attempt is a restart, and the supervisor gives up (S11)', async () => {
  await begin({ intensity: 3, children: [server('k'), one('other')] })
  scheduler.load({ kid: kid(1).replace("send('log', ['attempt', id])", "send('log', ['attempt', id]); throw new Error('never')") })
  await events()
  await end('k', 'killed')
  expect(await events()).toEqual([
    ['attempt', 'k'],
    ['attempt', 'k'],
    ['attempt', 'k'],
    ['stop', 'other', 'shutdown'],
    ['supervisor ended', 'shutdown'],
  ])
})

test('SUP5 a child that starts at the third attempt is there, and so are the others (S12)', async () => {
  await begin({ intensity: 3, children: [server('k'), one('b')] })
  scheduler.scheduler.spawn({ module: 'kid', export: 'luck' }, [2], { name: 'luck' })
  await events()
  await end('k', 'killed')
  expect(await events()).toEqual([
    ['attempt', 'k'],
    ['attempt', 'k'],
    ['attempt', 'k'],
    ['start', 'k'],
  ])
  expect(await kids()).toEqual(['k:running', 'b:running'])
})

test('SUP5 an export that is missing ends the child at once, again and again, and then the supervisor', async () => {
  await begin({ intensity: 2, children: [{ id: 'x', start: { module: 'kid', export: 'nothing' } }] })
  expect(await events()).toEqual([['supervisor ended', 'shutdown']])
  expect(scheduler.events.filter((event) => event.type === 'crashed')).toHaveLength(3)
})

test('SUP1 a child that does not start at first stops those before it, and the start is refused with why (S15)', async () => {
  scheduler.scheduler.spawn({ module: 'kid', export: 'luck' }, [1], { name: 'luck' })
  await begin({ children: [one('a'), server('k'), one('c')] })
  expect(await events()).toMatchObject([
    ['start', 'a'],
    ['attempt', 'k'],
    ['stop', 'a', 'shutdown'],
    ['not started', 'failed', { type: 'exit', value: { shutdown: { failedToStart: 'k', reason: { type: 'error', message: 'no luck' } } } }],
  ])
})

test('SUP5 an init that takes too long is ended after its time, and was not started', async () => {
  await begin({ children: [{ id: 'slow', start: { behaviour: 'server', module: 'kid', args: ['slow'], timeoutMs: 100 } }] })
  scheduler.clock.advance(100)
  await scheduler.runUntilIdle()
  expect(await events()).toMatchObject([
    ['attempt', 'slow'],
    ['not started', 'failed', { value: { shutdown: { failedToStart: 'slow' } } }],
  ])
  expect(scheduler.scheduler.core.processes.size).toBe(1)
})

test.each([
  ['ignore', ['not started', 'ignored', undefined]],
  ['throw', ['not started', 'failed', { type: 'error', message: 'boom' }]],
  [5, ['not started', 'failed', { type: 'error', message: 'init of sup: init returned no { children }' }]],
  [{ children: [one('a'), one('a')] }, ['not started', 'failed', { message: 'init of sup: two children have the id a' }]],
  [{ strategy: 'zz', children: [] }, ['not started', 'failed', { message: 'init of sup: there is no strategy zz' }]],
  [{ intensity: -1, children: [] }, ['not started', 'failed', { message: 'init of sup: intensity is a whole number, 0 or more' }]],
  [{ children: [{ id: 'a' }] }, ['not started', 'failed', { message: 'init of sup: a: start is missing' }]],
  [
    { children: [one('a', { restart: 'temporary', significant: true })] },
    ['not started', 'failed', { message: 'init of sup: a: significant means something with autoShutdown only' }],
  ],
  [
    { autoShutdown: 'any', children: [one('a', { significant: true })] },
    ['not started', 'failed', { message: 'init of sup: a: a permanent child never stays ended, so it cannot be significant' }],
  ],
] as const)('SUP13 an init that returns %j starts nothing and says why (S15, S18)', async (spec, told) => {
  await begin(spec)
  expect(await events()).toMatchObject([told])
  expect(scheduler.scheduler.core.processes.size).toBe(1)
})

test('SUP6 a stubborn child has its time and is killed then; a brutal one is killed at once; a plain one ends by the signal (S13)', async () => {
  await begin({
    children: [one('s', { how: 'stubborn', shutdown: 60 }), one('b', { how: 'stubborn', shutdown: 'brutal' }), one('p', { how: 'plain' })],
  })
  await events()
  const reasons = ['s', 'b', 'p'].map((id) => scheduler.scheduler.core.processes.get(pidOf(id)))
  await leave('shutdown')
  expect(await events()).toEqual([['ignored', 's', 'shutdown']])
  expect(reasons.map((process) => process?.reason)).toMatchObject([null, { type: 'killed' }, { type: 'exit', value: 'shutdown' }])
  scheduler.clock.advance(59)
  await scheduler.runUntilIdle()
  expect(reasons[0]?.reason).toBeNull()
  scheduler.clock.advance(1)
  await scheduler.runUntilIdle()
  expect(reasons[0]?.reason).toMatchObject({ type: 'killed' })
})

test('SUP7 children are started, stopped, restarted and forgotten later, each refusal named (S14)', async () => {
  await begin({ children: [one('a')] })
  const pid = pidOf('a')
  expect(await ask('startChild', one('a'))).toEqual({ status: 'already_started', pid })
  expect(await ask('deleteChild', 'a')).toEqual({ status: 'running' })
  expect(await ask('restartChild', 'a')).toEqual({ status: 'running' })
  expect(await ask('terminateChild', 'a')).toEqual({ status: 'terminated' })
  expect(await ask('terminateChild', 'a')).toEqual({ status: 'terminated' })
  expect(await kids()).toEqual(['a:stopped'])
  expect(await ask('startChild', one('a'))).toEqual({ status: 'already_present' })
  expect(await ask('restartChild', 'a')).toEqual({ status: 'started', pid: pidOf('a') })
  await ask('terminateChild', 'a')
  expect(await ask('deleteChild', 'a')).toEqual({ status: 'deleted' })
  for (const verb of ['terminateChild', 'restartChild', 'deleteChild']) expect(await ask(verb, 'zz')).toEqual({ status: 'not_found' })
  expect(await ask('startChild', { id: 'b' })).toEqual({ status: 'invalid', why: 'b: start is missing' })
  expect(await ask('startChild', one('t', { restart: 'temporary' }))).toMatchObject({ status: 'started' })
  expect(await ask('terminateChild', 't')).toEqual({ status: 'terminated' })
  expect(await kids()).toEqual([])
  expect(await ask('startChild', { ...server('f'), start: { behaviour: 'server', module: 'log' } })).toMatchObject({
    status: 'failed',
    reason: { type: 'undef', module: 'log', export: 'init' },
  })
  expect(await kids()).toEqual([])
})

test('SUP7 a name that somebody has is a failed start (X17)', async () => {
  await begin({ children: [one('a')] })
  expect(await ask('startChild', { ...one('a'), id: 'other' })).toMatchObject({
    status: 'failed',
    reason: { type: 'error', message: expect.stringContaining('taken') },
  })
  expect(await ask('startChild', { ...server('a'), id: 'third' })).toMatchObject({ status: 'failed' })
  expect(await kids()).toEqual(['a:running'])
})

test('SUP7 a terminated child comes back with its group (S23)', async () => {
  await begin({ strategy: 'one-for-all', children: [one('a'), one('b')] })
  await ask('terminateChild', 'a')
  await events()
  await end('b', 'boom')
  expect(await events()).toEqual([
    ['start', 'a'],
    ['start', 'b'],
  ])
})

test('SUP8 a dynamic supervisor adds arguments to those of its spec, restarts with the same, and knows its children by pid (S16)', async () => {
  const spec = { strategy: 'dynamic', intensity: 5, children: [{ id: 'kid', start: { module: 'kid', export: 'start' } }] }
  await begin(spec)
  const first = (await ask('startChild', ['x1'])).pid as Pid
  const second = (await ask('startChild', ['x2', 'plain'])).pid as Pid
  expect(await events()).toEqual([
    ['start', 'x1'],
    ['start', 'x2'],
  ])
  scheduler.scheduler.kill(first, 'signal', '')
  await scheduler.runUntilIdle()
  expect(await events()).toEqual([['start', 'x1']])
  expect(await kids()).toEqual(['1:running', '2:running'])
  expect(await ask('terminateChild', first)).toEqual({ status: 'not_found' })
  expect(await ask('terminateChild', second)).toEqual({ status: 'terminated' })
  expect(await ask('restartChild', '1')).toEqual({ status: 'dynamic' })
  expect(await ask('deleteChild', '1')).toEqual({ status: 'dynamic' })
  expect(await ask('startChild', one('a'))).toMatchObject({ status: 'invalid' })
  expect(await kids()).toEqual(['1:running'])
})

test('SUP8 children of a dynamic supervisor are told to stop at once, and wait for nobody', async () => {
  const kidSpec: ChildSpec = { id: 'kid', start: { module: 'kid', export: 'start' }, shutdown: 60 }
  await begin({ strategy: 'dynamic', children: [kidSpec] })
  for (let index = 0; index < 5; index++) await ask('startChild', [`s${index}`, 'stubborn'])
  await leave('shutdown')
  scheduler.clock.advance(60)
  await scheduler.runUntilIdle()
  expect(scheduler.scheduler.core.processes.size).toBe(1)
})

test('SUP9 a supervisor takes no notice of a stranger’s exit signal, and obeys its parent’s, whatever the reason; killed, it takes its children along (S17)', async () => {
  await begin({ children: [one('a')] })
  for (const reason of ['normal', 'shutdown', 'r']) await apply('client', 'stranger', reason)
  expect(await kids()).toEqual(['a:running'])
  await events()
  await leave('normal')
  expect(await events()).toEqual([['stop', 'a', 'shutdown']])
  await begin({ children: [one('a')] })
  await events()
  await leave('r')
  expect(await events()).toEqual([['stop', 'a', 'shutdown']])
  await begin({ children: [one('a')] })
  await events()
  scheduler.scheduler.kill(pidOf('sup'), 'signal', '')
  await scheduler.runUntilIdle()
  expect(await events()).toEqual([
    ['supervisor ended', 'killed'],
    ['stop', 'a', 'killed'],
  ])
})

test('SUP10 a supervisor ends with its significant children (S18)', async () => {
  const children = [one('a', { restart: 'transient', significant: true }), one('b', { restart: 'temporary', significant: true }), one('c')]
  await begin({ autoShutdown: 'any', children })
  await end('a', 'boom')
  expect(await kids()).toEqual(['a:running', 'b:running', 'c:running'])
  await events()
  await end('b', 'boom')
  expect(await events()).toEqual([
    ['stop', 'c', 'shutdown'],
    ['stop', 'a', 'shutdown'],
    ['supervisor ended', 'shutdown'],
  ])
  await leave('shutdown')
  await begin({ autoShutdown: 'all', children })
  await end('a', 'normal')
  await events()
  await end('b', 'normal')
  expect(await events()).toEqual([
    ['stop', 'c', 'shutdown'],
    ['supervisor ended', 'shutdown'],
  ])
})

test('SUP11 specs name what is started: a restart enters what is current, also after a purge killed the child (S21, S22)', async () => {
  await begin({ intensity: 5, children: [one('k', { restart: 'transient' })] })
  await events()
  scheduler.load({ kid: kid(2) })
  expect(await events()).toEqual([])
  scheduler.scheduler.kill(pidOf('k'), 'purge', 'purge of kid@1')
  await scheduler.runUntilIdle()
  expect(await events()).toEqual([['start', 'k', 2]])
  expect(scheduler.pins('kid', 1)).toBe(0)
})

test('SUP7 what is no order changes nothing, and ends no supervisor', async () => {
  await begin({ children: [one('a')] })
  for (const $supervise of [null, 'children', { type: 'explode' }, { type: 'terminate' }, { type: 'restart', id: {} }])
    scheduler.send(pidOf('sup'), { $supervise })
  await scheduler.runUntilIdle()
  expect(await kids()).toEqual(['a:running'])
})

test('SUP12 a change of code takes another spec: running children stay as they are, added ones wait, removed ones stay last (S19, S20)', async () => {
  await begin({ children: [one('a'), one('b')] })
  await events()
  const init = (spec: unknown): string => `export function init() { return ${JSON.stringify(spec)} }`
  scheduler.load({ sup: init({ strategy: 'rest-for-one', intensity: 2, children: [one('a', { shutdown: 1 }), one('c')] }) })
  await apply('client', 'system', { type: 'suspend' })
  expect(await apply('client', 'system', { type: 'changeCode', to: 2 })).toEqual({ status: 'changed', from: 1, to: 2 })
  await apply('client', 'system', { type: 'resume' })
  expect(await events()).toEqual([])
  expect(await kids()).toEqual(['a:running', 'c:stopped', 'b:running'])
  await end('a', 'boom')
  expect(await events()).toEqual([
    ['stop', 'b', 'shutdown'],
    ['start', 'a'],
    ['start', 'c'],
    ['start', 'b'],
  ])

  scheduler.load({ sup: init({ strategy: 'zz', children: [] }) })
  await apply('client', 'system', { type: 'suspend' })
  expect(await apply('client', 'system', { type: 'changeCode', to: 3 })).toMatchObject({
    status: 'failed',
    reason: { message: 'there is no strategy zz' },
  })
  scheduler.load({ sup: init({ strategy: 'dynamic', children: [one('a')] }) })
  expect(await apply('client', 'system', { type: 'changeCode', to: 4 })).toMatchObject({ status: 'failed' })
  await apply('client', 'system', { type: 'resume' })
  expect(await kids()).toEqual(['a:running', 'c:running', 'b:running'])
})
