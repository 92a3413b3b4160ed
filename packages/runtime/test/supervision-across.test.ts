import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import type { ChildSpec, SupervisorSpec } from '../src/behaviours/supervisor.ts'
import { schedulerOf, type Pid } from '../src/ids.ts'
import { createTestFleet, type TestFleet } from '../src/testing/test-fleet.ts'
import type { TestScheduler } from '../src/testing/test-scheduler.ts'
import { SUPERVISED_SYSTEM } from './supervised-system.ts'

// A supervisor on scheduler 1 of three, whose children live on all of them.

let fleet: TestFleet
let first: TestScheduler

let asker: Pid

const ASKER = `import { receive, reply } from '@strata/runtime/process'
import { ask } from './client.ts'
export async function start() { for (;;) { const message = await receive<any>(); reply(message, await ask(message.verb, ...message.args)) } }
`

beforeEach(() => {
  fleet = createTestFleet(3, { ...SUPERVISED_SYSTEM, asker: ASKER })
  first = fleet.schedulers[0] as TestScheduler
  first.spawn('log', 'start')
  asker = first.spawn('asker', 'start')
})

afterEach(() => fleet.stop())

type Place = ChildSpec['start']['scheduler']

function on(scheduler: Place, id: string, rest: Partial<ChildSpec> = {}, how = 'polite'): ChildSpec {
  return {
    id,
    start: { module: 'kid', export: 'start', args: [id, how], name: id, ...(scheduler === undefined ? {} : { scheduler }) },
    ...rest,
  }
}

function server(scheduler: Place, id: string, rest: Partial<ChildSpec> = {}): ChildSpec {
  return {
    id,
    start: { behaviour: 'server', module: 'kid', args: [id], name: id, ...(scheduler === undefined ? {} : { scheduler }) },
    ...rest,
  }
}

async function begin(spec: SupervisorSpec): Promise<void> {
  first.spawn('client', 'parent', spec)
  await fleet.settle()
}

function pidOf(name: string): Pid | undefined {
  return fleet.names.find(name)
}

/** `a@2`: which child is on which scheduler. */
const places = (...ids: string[]): string[] => ids.map((id) => `${id}@${schedulerOf(pidOf(id) ?? ('0.0' as Pid))}`)

/** What a process of the first scheduler answers, whoever it has to ask for that. */
async function answerOf(of: TestFleet, pid: Pid, message: object): Promise<any> {
  let told: any
  of.schedulers[0]?.scheduler.callFromHost(pid, message, (answer) => (told = answer.status === 'answered' ? answer.value : answer))
  await of.settle()
  return told
}

const events = (): Promise<unknown[]> => answerOf(fleet, pidOf('log') as Pid, { type: 'read' })
const ask = (verb: string, ...args: unknown[]): Promise<any> => answerOf(fleet, asker, { verb, args })

test('SUP15 children start where their spec says, in order, and stop in reverse order', async () => {
  await begin({ children: [on(2, 'a'), server(3, 'b'), on(undefined, 'c'), server('spread', 'd'), on('spread', 'e')] })
  expect(places('a', 'b', 'c', 'd', 'e')).toEqual(['a@2', 'b@3', 'c@1', 'd@2', 'e@3'])
  expect(((await ask('children')) as { status: string }[]).map(({ status }) => status)).toEqual(Array(5).fill('running'))
  await events()
  first.send(pidOf('parent') as Pid, { type: 'leave', reason: 'shutdown' })
  await fleet.settle()
  // A server that is told to shut down tells nobody.
  expect(await events()).toEqual(['e', 'c', 'a'].map((id) => ['stop', id, 'shutdown']))
  expect(places('a', 'b', 'c', 'd', 'e')).toEqual(['a@0', 'b@0', 'c@0', 'd@0', 'e@0'])
})

test('SUP15 whoever ends elsewhere is started again, in its place or the next in turn; a group is stopped wherever it is', async () => {
  await begin({ strategy: 'rest-for-one', intensity: 9, children: [on(2, 'a'), server('spread', 'b'), on(3, 'c')] })
  const [a, b, c] = [pidOf('a'), pidOf('b'), pidOf('c')]
  await events()
  fleet.schedulers[1]?.scheduler.kill(b as Pid, 'signal', '')
  await fleet.settle()
  expect(await events()).toEqual([
    ['stop', 'c', 'shutdown'],
    ['attempt', 'b'],
    ['start', 'b'],
    ['start', 'c'],
  ])
  expect(pidOf('a')).toBe(a)
  expect(places('b', 'c')).toEqual(['b@3', 'c@3'])
  expect([pidOf('b'), pidOf('c')]).not.toEqual([b, c])
})

test('SUP15 what does not start elsewhere is told like what does not start here', async () => {
  await begin({
    children: [
      on(2, 'a'),
      server(3, 'slow', { start: { behaviour: 'server', module: 'kid', args: ['slow'], scheduler: 3, timeoutMs: 1_000 } }),
    ],
  })
  for (const { clock } of fleet.schedulers) clock.advance(1_000)
  await fleet.settle()
  expect((await events()).at(-1)).toMatchObject(['not started', 'failed', { value: { shutdown: { failedToStart: 'slow' } } }])
  expect(places('a')).toEqual(['a@0'])
  expect(fleet.schedulers[2]?.scheduler.core.processes.size).toBe(0)

  await begin({ children: [on(9, 'a')] })
  expect((await events()).at(-1)).toMatchObject([
    'not started',
    'failed',
    { value: { shutdown: { reason: { type: 'error', message: 'there is no scheduler 9' } } } },
  ])

  await begin({ children: [server(2, 'a')] })
  await ask('startChild', { ...server(2, 'b'), start: { behaviour: 'server', module: 'sup', args: ['ignore'], scheduler: 2 } })
  expect(((await ask('children')) as { id: string; status: string }[]).map(({ id, status }) => `${id}:${status}`)).toEqual([
    'a:running',
    'b:stopped',
  ])
  expect(await ask('startChild', server(3, 'a'))).toMatchObject({ status: 'already_started' })
  expect(
    await ask('startChild', { ...server(3, 'again'), start: { behaviour: 'server', module: 'kid', args: [''], name: 'a', scheduler: 3 } }),
  ).toMatchObject({
    status: 'failed',
  })
  expect(await ask('startChild', { id: 'x', start: { module: 'kid', export: 'start', scheduler: 0 } })).toEqual({
    status: 'invalid',
    why: "x: scheduler is a number or 'spread'",
  })
})

test('SUP15 the children of a dynamic supervisor are spread in turn, and with it they end', async () => {
  await begin({
    strategy: 'dynamic',
    intensity: 9,
    children: [{ id: 'kid', start: { module: 'kid', export: 'start', scheduler: 'spread' } }],
  })
  const started: Pid[] = []
  for (let n = 0; n < 6; n++) started.push(((await ask('startChild', [`k${n}`, 'plain'])) as { pid: Pid }).pid)
  expect(started.map(schedulerOf)).toEqual([2, 3, 1, 2, 3, 1])
  first.scheduler.kill(pidOf('sup') as Pid, 'signal', '')
  await fleet.settle()
  expect(fleet.schedulers.slice(1).map(({ scheduler }) => scheduler.core.processes.size)).toEqual([0, 0])
})

test('SUP15 children that fall with their scheduler are one restart, and start on another until theirs is back', async () => {
  await begin({ intensity: 1, periodMs: 5_000, children: [on(2, 'a'), server(2, 'b'), on(3, 'c'), on(2, 'd')] })
  const c = pidOf('c')
  fleet.lose(2)
  await fleet.settle()
  expect(pidOf('c')).toBe(c)
  expect(places('a', 'b', 'd')).toEqual(['a@3', 'b@1', 'd@3'])
  expect(((await ask('children')) as { restarts: number }[]).map(({ restarts }) => restarts)).toEqual([1, 1, 0, 1])
  // The one restart that it bears is used up.
  fleet.schedulers[2]?.scheduler.kill(c as Pid, 'signal', '')
  await fleet.settle()
  expect(pidOf('sup')).toBeUndefined()
})

test('SUP15 a child whose start is lost with its scheduler is part of that one restart', async () => {
  await begin({ intensity: 2, periodMs: 5_000, children: [on(2, 'a'), server(2, 'b')] })
  // Servers that start from now on ask it, and are not answered.
  await ask('startChild', on(1, 'luck'))
  fleet.schedulers[1]?.scheduler.kill(pidOf('b') as Pid, 'signal', '')
  await fleet.settle()
  fleet.lose(2)
  await fleet.settle()
  expect(places('a')).toEqual(['a@3'])
  expect(pidOf('sup')).toBeDefined()
})

test('SUP15 a loss counts again for who was started since', async () => {
  await begin({ intensity: 1, periodMs: 5_000, children: [on(2, 'a'), on(2, 'b')] })
  fleet.lose(2)
  await fleet.settle()
  expect(places('a', 'b')).toEqual(['a@3', 'b@1'])
  fleet.lose(3)
  await fleet.settle()
  expect(pidOf('sup')).toBeUndefined()
})

test('SCHED3 a behaviour is started on another scheduler by whoever likes; a function of a module stays on its own', async () => {
  const made = createTestFleet(2, {
    echo: `export function init(n: number) { return { n } }
export const handleCall = { n: (_message: unknown, state: { n: number }) => ({ reply: state.n, state }) }
`,
    user: `import { call, start } from '@strata/runtime/server'
import { receive, reply, spawn } from '@strata/runtime/process'
export async function run() {
  for (;;) {
    const message = await receive<any>()
    try {
      if (message.type === 'own') spawn(own, [], { scheduler: 2 })
      const pid = await start('echo', [7], { scheduler: 2, link: true, name: 'echo' })
      reply(message, [pid, await call(pid, { type: 'n' }), await call('echo', { type: 'n' })])
    } catch (error: any) { reply(message, error.code) }
  }
}
async function own() {}
`,
  })
  onTestFinished(() => made.stop())
  const user = (made.schedulers[0] as TestScheduler).spawn('user', 'run')
  expect(await answerOf(made, user, { type: 'own' })).toBe('badarg')
  expect(await answerOf(made, user, { type: 'echo' })).toEqual(['2.1', 7, 7])
})
