import { afterEach, expect, test } from 'vitest'
import type { Pid } from '../ids.ts'
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
import { exit, receive, self, send, sleep, whereis, link, register } from '@strata/runtime/process'
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
