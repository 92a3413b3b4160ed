import { expect, test } from 'vitest'
import type { Pid } from '../src/index.ts'
import { BY, eventThat, faultOf, startSystem } from './system.ts'

function counter(version: number, extra = ''): string {
  return `import { run, type CallHandlers } from '@strata/runtime/server'
export interface Calls { add(message: { n: number }): number; version(): number }
${extra}
export async function start() { return run('counter', [10]) }
export function init(total: number) { return total }
export const handleCall: CallHandlers<Calls, number> = {
  add: ({ n }, total) => ({ reply: total + n, state: total + n }),
  version: (_, total) => ({ reply: ${version}, state: total }),
}
`
}

const CONFIG = `export default { start: [{ module: 'counter', export: 'start', name: 'counter' }] }`

test('SRV1 the host calls a server as modules do, and is answered by what is current', async () => {
  const engine = await startSystem({ 'counter.ts': counter(1), 'strata.config.ts': CONFIG })
  const { rows } = await engine.processes({})
  const pid = rows[0]?.pid as Pid
  expect(await engine.call(pid, { type: 'add', n: 5 }, 60_000)).toBe(15)
  await engine.load({ sources: [{ module: 'counter', text: counter(2) }], old: 'keep', note: '' }, BY)
  expect(await engine.call(pid, { type: 'version' }, 60_000)).toBe(2)
  expect((await engine.processes({ module: 'counter' })).rows).toMatchObject([
    { pid, module: 'counter', generation: null, behaviour: { kind: 'server', module: 'counter' }, function: null, pins: [] },
  ])
  expect(await engine.softPurge('counter', 1, BY)).toMatchObject({ purged: [{ module: 'counter', number: 1 }] })
})

test('SRV2 a scheduler that is started again has the behaviours before its first turn', async () => {
  const engine = await startSystem({ 'counter.ts': counter(1), 'strata.config.ts': CONFIG })
  const plan = await engine.planRestart(1)
  await engine.restartScheduler(plan, BY)
  await eventThat(engine, (event) => event.type === 'scheduler_restarted')
  const { rows } = await engine.processes({})
  expect(await engine.call(rows[0]?.pid as Pid, { type: 'add', n: 5 }, 60_000)).toBe(15)
})

test('SYS1 what is no system message is a message like any other', async () => {
  const engine = await startSystem({ 'counter.ts': counter(1), 'strata.config.ts': CONFIG })
  const pid = (await engine.whereis('counter')) as Pid
  for (const $system of [null, 'suspend', undefined]) await engine.send(pid, { $system }, BY)
  expect(await engine.call(pid, { type: 'add', n: 5 }, 60_000)).toBe(15)
  expect(await faultOf(engine.call(pid, { $system: null }, 60_000))).toMatchObject({
    code: 'process_ended',
    why: 'undef: counter.handleCall',
  })
})
