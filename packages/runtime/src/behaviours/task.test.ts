import { afterEach, expect, test } from 'vitest'
import { closeGate } from '../code/purge-gate.ts'
import { PurgeDesk } from '../host/thread/purge-desk.ts'
import type { Pid } from '../ids.ts'
import { pinRows } from '../inspect/process-views.ts'
import { createTestScheduler, type TestScheduler } from '../testing/test-scheduler.ts'

let scheduler: TestScheduler
afterEach(() => scheduler.stop())

const WORK = `
import { exit, receive, register, send, whereis } from '@strata/runtime/process'
export async function double(n: number) { return n * 2 }
export function one() { return 1 }
export async function wait(name: string) {
  register(name)
  try { return await receive() } finally { if (whereis('log')) send('log', name + ' finally') }
}
export function fail() { throw new RangeError('failed') }
export async function leave() { exit('left') }
`

const MAIN = `
import { exit, processInfo, receive, self, send, sleep, spawn, whereis, register } from '@strata/runtime/process'
import { TASK_START, cancel, start } from '@strata/runtime/task'
import { start as startSupervisor } from '@strata/runtime/supervisor'
import { double, one, wait, fail, leave } from './work.ts'
export function init() { return { strategy: 'dynamic', children: [{ id: 'task', start: TASK_START, restart: 'temporary' }] } }
async function outcome(task: { result: Promise<unknown> }) {
  try { return await task.result } catch (error: any) { return { code: error.code, reason: error.reason } }
}
`

async function value(body: string, stepMs = 0): Promise<any> {
  scheduler = createTestScheduler({ modules: { work: WORK, main: `${MAIN}export async function main() {${body}}` } })
  let given: unknown
  scheduler.scheduler.apply('main', 'main', [], (answer) => (given = answer))
  for (let round = 0; round < 10 && given === undefined; round++) {
    await scheduler.runUntilIdle()
    scheduler.clock.advance(stepMs)
  }
  const answer = given as { status: string; value: unknown } | undefined
  return answer?.status === 'answered' ? answer.value : answer
}

test('TASK1 results are awaited like promises, in any order and at once; work is a function or named', async () => {
  expect(
    await value(`
    const tasks = [await start(double, [4]), await start(one), await start({ module: 'work', export: 'double' }, [5]), await start(async (x: number) => x + 1, [1])]
    return Promise.all(tasks.map(({ result }) => result))`),
  ).toEqual([8, 1, 10, 2])
  expect(scheduler.scheduler.core.processes.size).toBe(0)
})

test('TASK2 a failure rejects the result with the reason; its starter lives on where it handles that, and ends by it where it does not', async () => {
  expect(
    await value(
      'return Promise.all([outcome(await start(fail)), outcome(await start(leave)), outcome(await start({ module: "work", export: "none" }))])',
    ),
  ).toMatchObject([
    { code: 'exited', reason: { type: 'error', name: 'RangeError', message: 'failed' } },
    { code: 'exited', reason: { type: 'exit', value: 'left' } },
    { code: 'exited', reason: { type: 'undef', module: 'work', export: 'none' } },
  ])
  expect(await value('const task = await start(fail); await receive()')).toMatchObject({
    status: 'ended',
    reason: { type: 'error', name: 'CallError' },
  })
})

test('TASK3 a cancelled task runs its finally blocks, and its result says why it ended', async () => {
  expect(
    await value(
      `
    register('log')
    const task = await start(wait, ['w'])
    await sleep(1)
    cancel(task)
    return [await outcome(task), await receive()]`,
      1,
    ),
  ).toEqual([{ code: 'exited', reason: { type: 'exit', value: 'cancelled' } }, 'w finally'])
})

test('TASK3 a task that is cancelled before it began is no signal to its starter', async () => {
  expect(
    await value(
      `
    const task = await start(wait, ['w'])
    cancel(task)
    const result = await outcome(task)
    await sleep(1)
    return [result, whereis('w')]`,
      1,
    ),
  ).toEqual([{ code: 'exited', reason: { type: 'exit', value: 'cancelled' } }, undefined])
})

test('TASK1 arguments that cannot be copied are refused, and no task is left', async () => {
  expect(
    await value(`
    const refused: string[] = []
    try { await start(one, [() => {}] as never) } catch (error: any) { refused.push(error.code) }
    const named = await start({ module: 'work', export: 'one' }, [() => {}])
    try { await named.result } catch (error: any) { refused.push(error.code) }
    return refused`),
  ).toEqual(['invalid_message', 'invalid_message'])
  expect(scheduler.scheduler.core.processes.size).toBe(0)
})

test('TASK1 a task runs native functions, bound ones and those of the process API in its own turn', async () => {
  expect(
    await value(`
    const numbers = { base: 40, async add(n: number) { return this.base + n } }
    const tasks = [await start(Math.max, [1, 3]), await start(self), await start(numbers.add.bind(numbers), [2]), await start(receive)]
    send(self(), 'mine')
    send(tasks[3].pid, 'theirs')
    const [max, pid, sum, received] = await Promise.all(tasks.map(({ result }) => result))
    return [max, pid === tasks[1].pid, sum, received, await receive()]`),
  ).toEqual([3, true, 42, 'theirs', 'mine'])
})

const CALLED = `
import { start } from '@strata/runtime/task'
import { receive } from '@strata/runtime/process'
async function wait() { await receive() }
function count() { return 7 }
const kept = { async wait() { await receive() } }
export async function begin(kind: string) {
  const work: any = { wait, count, arrow: async () => { await receive() }, bound: kept.wait.bind(kept) }[kind]
  const task = await start(work)
  globalThis.taskLook(task.pid)
  return task.pid
}
`

/** One turn of the starter's, and what its promises go on with: the task has not had a turn yet. */
async function untilStarted(isStarted: () => boolean): Promise<void> {
  scheduler.scheduler.run(0)
  for (let microtask = 0; microtask < 10 && !isStarted(); microtask++) await Promise.resolve()
}

for (const [kind, name] of [
  ['wait', 'wait'],
  ['count', 'count'],
  ['arrow', 'arrow'],
  ['bound', 'wait'],
] as const) {
  test(`TASK6 PIN1 the code of a task's function (${kind}) is pinned from its start on, and no longer than the task`, async () => {
    const seen: unknown[] = []
    scheduler = createTestScheduler({ modules: { main: CALLED } })
    const pinned = () => pinRows(scheduler.scheduler, 'main', 1)
    Object.assign(globalThis, {
      taskLook: (pid: Pid) => {
        const rows = pinned().filter((row) => row.pid === pid)
        seen.push(...rows.map(({ reason, function: fn }) => [reason, fn]))
        seen.push(scheduler.scheduler.core.processes.get(pid)?.entry)
      },
    })
    scheduler.spawn('main', 'begin', kind)
    await untilStarted(() => seen.length > 0)
    expect(seen).toEqual([['in_flight', name], name])
    const [task] = [...scheduler.scheduler.core.processes.values()].filter(({ behaving, entry }) => behaving === null && entry === name)
    scheduler.load({ main: CALLED })
    expect(pinned().map(({ pid }) => pid)).toContain(task?.pid)
    const desk = new PurgeDesk(scheduler.table, scheduler.scheduler)
    const [answer] = desk.close({ generations: [{ module: 'main', number: 1, gate: closeGate() }] })
    expect(answer?.pids).toContain(task?.pid)
    desk.settle({ purged: [], open: [{ module: 'main', number: 1 }] })
    await scheduler.runUntilIdle()
    if (kind !== 'count') expect(pinned()).toMatchObject([{ pid: task?.pid, reason: 'frame', function: name }])
    scheduler.send(task?.pid as Pid, 'go on')
    await scheduler.runUntilIdle()
    expect([pinned(), scheduler.pins('main', 1), scheduler.scheduler.core.processes.size]).toEqual([[], 0, 0])
  })
}

test('TASK6 a task that is killed before it began pins nothing any more', async () => {
  scheduler = createTestScheduler({ modules: { main: CALLED } })
  let pid: Pid | undefined
  Object.assign(globalThis, { taskLook: (task: Pid) => (pid = task) })
  scheduler.spawn('main', 'begin', 'wait')
  await untilStarted(() => pid !== undefined)
  scheduler.load({ main: CALLED })
  scheduler.scheduler.kill(pid as Pid, 'operator', '')
  await scheduler.runUntilIdle()
  expect(pinRows(scheduler.scheduler, 'main', 1)).toEqual([])
  expect(scheduler.pins('main', 1)).toBe(0)
})

test('TASK6 work of packages without checks runs in the task, also where it wraps a function of a module', async () => {
  Object.assign(globalThis, {
    who: () => (globalThis as unknown as { ownPid(): Pid }).ownPid(),
    safely: (work: (n: number) => number) => (n: number) => work(n),
    plusOne: (work: (n: number) => Promise<number>) => (n: number) => work(n).then((result) => result + 1),
  })
  expect(
    await value(`
    const outside = globalThis as any
    outside.ownPid = self
    const task = await start(outside.who)
    const wrapped = [await start(outside.safely((n: number) => n * 2), [4]), await start(outside.plusOne(async (n: number) => n * 2), [4])]
    return [task.pid === await task.result, ...await Promise.all(wrapped.map(({ result }: any) => result))]`),
  ).toEqual([true, 8, 9])
})

test('TASK4 a task that is cancelled with normal takes no notice, and ends with its starter still', async () => {
  expect(
    await value(
      `
    const starter = spawn(async (to: any) => {
      const task = await start(wait, ['w'])
      await sleep(1)
      cancel(task, 'normal')
      send(to, task.pid)
      await receive()
    }, [self()])
    const pid = await receive<any>()
    await sleep(1)
    const before = processInfo(pid) !== undefined
    exit(starter, 'gone')
    await sleep(1)
    return [before, processInfo(pid) === undefined]`,
      5,
    ),
  ).toEqual([true, true])
})

test('TASK3 a task that takes longer than timeoutMs is killed', async () => {
  expect(await value(`return outcome(await start(wait, ['w'], { timeoutMs: 50 }))`, 50)).toMatchObject({ code: 'timeout' })
  await scheduler.runUntilIdle()
  expect(scheduler.scheduler.core.processes.size).toBe(0)
})

test('TASK4 a task ends with its starter', async () => {
  await value(`await start(wait, ['w']); await sleep(1); exit('over')`, 1)
  await scheduler.runUntilIdle()
  expect(scheduler.scheduler.core.processes.size).toBe(0)
})

test('TASK5 under a supervisor it is a child of that, lives on without its starter, and is stopped with it', async () => {
  expect(
    await value(`
    await startSupervisor('main', [], { name: 'tasks' })
    const task = await start({ module: 'work', export: 'double' }, [6], { supervisor: 'tasks' })
    const waiting = await start({ module: 'work', export: 'wait' }, ['w'], { supervisor: 'tasks' })
    let refused
    try { await start(one, [], { supervisor: 'tasks' }) } catch (error: any) { refused = error.name }
    return [await task.result, refused, waiting.pid]`),
  ).toMatchObject([12, 'TypeError', expect.any(String)])
  const { core } = scheduler.scheduler
  const waiting = core.names.get('w')
  expect(waiting?.behaving).toMatchObject({ kind: 'task', module: 'work' })
  scheduler.scheduler.kill(core.names.get('tasks')?.pid as Pid, 'signal', '')
  await scheduler.runUntilIdle()
  expect(core.processes.size).toBe(0)
})
