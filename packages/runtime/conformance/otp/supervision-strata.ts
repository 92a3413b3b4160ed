import type { ChildSpec } from '../../src/behaviours/supervisor.ts'
import type { Pid } from '../../src/ids.ts'
import { compileForTest, createTestScheduler, type TestScheduler } from '../../src/testing/test-scheduler.ts'
import type { CaseChild, SupervisionCase, SupervisionOperation, SupervisionStep } from './supervision-case.ts'

const MODULES: Readonly<Record<string, string>> = {
  log: `import { receive, register, reply } from '@strata/runtime/process'
export async function start() {
  register('log')
  let all = []
  for (;;) {
    const message = await receive()
    if (message.type === 'read') { reply(message, all); all = [] }
    else all.push(message)
  }
}`,
  luck: `import { receive, register, reply } from '@strata/runtime/process'
export async function start() {
  register('luck')
  let failures = 0
  for (;;) {
    const message = await receive()
    if (message.type === 'set') failures = message.failures
    else { reply(message, failures <= 0); failures = Math.max(0, failures - 1) }
  }
}`,
  kid: `import { call, exit, send, trapExit } from '@strata/runtime/process'
export async function init(id, how) {
  if (how === 'flaky' && !(await call('luck', { type: 'ask' }))) { send('log', 'failed ' + id); throw new Error('no luck') }
  trapExit(how !== 'plain')
  send('log', 'start ' + id)
  return id
}
export function handleInfo(message, id) {
  if (message.type === 'finish') exit(message.reason)
  return { state: id }
}
export function terminate(reason, id) {
  const { value, type } = reason
  send('log', 'stop ' + id + ' ' + (typeof value === 'object' ? 'shutdown_term' : (value ?? type)))
}`,
  sup: `export function init(spec) { return spec }`,
  runner: `import { exit, receive, register, trapExit } from '@strata/runtime/process'
import * as supervisor from '@strata/runtime/supervisor'
export async function parent(spec) {
  trapExit(true)
  register('parent')
  try { await supervisor.start('sup', [spec], { link: true, name: 'sup' }) } catch {}
  for (;;) {
    const message = await receive()
    if (message.type === 'leave') exit(message.reason)
  }
}
export async function order(verb, arg) { return (await supervisor[verb]('sup', arg)).status }
export async function children() { return supervisor.children('sup') }`,
}

let compiled: ReturnType<typeof compileForTest>[] | undefined

/** Interprets one case on a scheduler of its own. */
export async function runOnStrata(one: SupervisionCase): Promise<readonly SupervisionStep[]> {
  compiled ??= Object.entries(MODULES).map(([module, text]) => compileForTest(module, text, Object.keys(MODULES)))
  const scheduler = createTestScheduler({ modules: {} })
  try {
    scheduler.loadCompiled(compiled)
    return await interpret(scheduler, one)
  } finally {
    scheduler.stop()
  }
}

async function interpret(scheduler: TestScheduler, one: SupervisionCase): Promise<readonly SupervisionStep[]> {
  scheduler.spawn('log', 'start')
  scheduler.spawn('luck', 'start')
  scheduler.spawn('runner', 'parent', {
    strategy: one.strategy.replaceAll('_', '-'),
    intensity: one.intensity,
    periodMs: 3_600_000,
    autoShutdown: one.autoShutdown.replace('_significant', ''),
    children: one.children.map(specOf),
  })
  await scheduler.runUntilIdle()
  const steps = [await see(scheduler, pidOf(scheduler, 'sup') === undefined ? 'not_started' : 'started')]
  for (const operation of one.operations) steps.push(await see(scheduler, await execute(scheduler, operation)))
  return steps
}

function specOf({ id, restart, significant, how }: CaseChild): ChildSpec {
  return { id, restart, significant, start: { behaviour: 'server', module: 'kid', args: [id, how] } }
}

function pidOf(scheduler: TestScheduler, name: string): Pid | undefined {
  return scheduler.scheduler.core.names.get(name)?.pid
}

interface Child {
  readonly id: string
  readonly pid: Pid | null
  readonly status: string
}

async function childrenOf(scheduler: TestScheduler): Promise<readonly Child[]> {
  if (pidOf(scheduler, 'sup') === undefined) return []
  const answer = await scheduler.apply('runner', 'children')
  return answer?.status === 'answered' ? (answer.value as readonly Child[]) : []
}

async function execute(scheduler: TestScheduler, operation: SupervisionOperation): Promise<string> {
  switch (operation.type) {
    case 'finish': {
      const pid = (await childrenOf(scheduler)).find(({ id }) => id === operation.id)?.pid ?? null
      if (pid === null) return 'absent'
      if (operation.reason === 'killed') scheduler.scheduler.kill(pid, 'signal', '')
      else scheduler.send(pid, { type: 'finish', reason: operation.reason === 'shutdown_term' ? { shutdown: 'x' } : operation.reason })
      return 'ended'
    }
    case 'fail':
      scheduler.send(pidOf(scheduler, 'luck') as Pid, { type: 'set', failures: operation.times })
      return 'set'
    case 'leave':
      scheduler.send(pidOf(scheduler, 'parent') as Pid, { type: 'leave', reason: operation.reason })
      return 'left'
    case 'start_child':
      return order(scheduler, 'startChild', specOf(operation.child))
    case 'restart_child':
      return order(scheduler, 'restartChild', operation.id)
    case 'terminate_child':
      return order(scheduler, 'terminateChild', operation.id)
    case 'delete_child':
      return order(scheduler, 'deleteChild', operation.id)
  }
}

async function order(scheduler: TestScheduler, verb: string, arg: unknown): Promise<string> {
  if (pidOf(scheduler, 'sup') === undefined) return 'no_supervisor'
  const answer = await scheduler.apply('runner', 'order', verb, arg)
  return answer?.status === 'answered' ? String(answer.value) : 'no_supervisor'
}

async function see(scheduler: TestScheduler, answer: string): Promise<SupervisionStep> {
  await scheduler.runUntilIdle()
  const children = await childrenOf(scheduler)
  let events: readonly string[] = []
  scheduler.scheduler.callFromHost(pidOf(scheduler, 'log') as Pid, { type: 'read' }, (told) => {
    if (told.status === 'answered') events = told.value as readonly string[]
  })
  await scheduler.runUntilIdle()
  return [
    answer,
    events.join(', '),
    children.map(({ id, status }) => `${id}:${status}`).join(' '),
    pidOf(scheduler, 'sup') === undefined ? 'ended' : 'alive',
  ]
}
