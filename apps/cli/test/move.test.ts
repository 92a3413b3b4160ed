import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer, writeFiles } from './running-server.ts'
import { type Ran, run, type TerminalOptions } from './terminal.ts'

const COUNTER = `import { run } from '@strata/runtime/server'
export async function start(name: string) { return run('counter', [name]) }
export function init(name: string) { return { name, secretToken: 'hunter2', count: 1 } }
export function handleCall(message: object, state: object) { return { reply: state, state } }
`
const NEXT = `${COUNTER}export function codeChange(from: number, state: { name: string; count: number }) {
  if (state.name === 'c2') throw new Error('c2 has no such count')
  return { ...state, total: state.count, from }
}
`
const CONFIG = `export default { start: [1, 2, 3, 4, 5, 6].map((n) => ({ module: 'counter', export: 'start', args: ['c' + n], name: 'c' + n })) }`

let server: RunningServer

beforeAll(async () => {
  server = await startServer(await writeFiles({ 'counter.ts': COUNTER, 'strata.config.ts': CONFIG, 'generations/counter/2.ts': NEXT }))
})
afterAll(async () => {
  await server.stop()
  await rm(server.folder, { recursive: true, force: true })
})

const strata = (args: readonly string[], options: TerminalOptions = {}): Promise<Ran> =>
  run(args, { cwd: server.folder, env: server.env, ...options })

async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await strata([...args, '--json'])
  expect([code, err], args.join(' ')).toEqual([0, ''])
  return JSON.parse(out) as T
}

test('MOVE2 a generation is tried and moved, the report is exact, a stop leaves the rest, and the receipt says so', async () => {
  const pids = (await json<{ rows: { pid: string }[] }>('ps', '--module', 'counter', '--sort', 'pid')).rows.map(({ pid }) => pid)
  expect(pids).toHaveLength(6)
  await json('load', 'generations/counter/2.ts', '--old', 'keep')

  const planned = await json<{ status: string; moves: string[]; cannot: unknown[]; tried: Record<string, unknown>[] }>(
    'move',
    'counter@1',
    '--dry-run',
  )
  expect(planned).toMatchObject({ status: 'planned', moves: pids, cannot: [] })
  expect(planned.tried).toMatchObject([
    { pid: pids[0], status: 'would_move', from: 1, to: 2, after: { text: expect.stringContaining('total: 1') } },
    { pid: pids[1], status: 'failed', why: { code: 'code_change' } },
    { pid: pids[2], status: 'would_move' },
  ])
  expect(JSON.stringify(planned)).not.toContain('hunter2')
  const text = await strata(['move', 'counter@1', '--dry-run'])
  expect(text.out).toContain('Move: 6 processes go to counter@2; nobody ends.')
  expect(text.out).toContain(`${pids[1]} would not move: codeChange: Error: c2 has no such count`)

  const stop = new AbortController()
  const moving = strata(['move', ...pids.slice(0, 4), '--rate', '1', '--yes', '--json'], { signal: stop.signal })
  setTimeout(() => stop.abort(), 200)
  const stopped = await moving
  expect(stopped.code).toBe(1)
  const report = JSON.parse(stopped.out) as {
    act: string
    moved: number
    status: string
    processes: { pid: string; status: string; why: string }[]
  }
  expect(report.status).toBe('stopped')
  expect(report.processes.map(({ pid }) => pid)).toEqual(pids.slice(0, 4))
  expect(report.processes[3]).toMatchObject({ status: 'untouched' })

  const all = await strata(['move', 'counter@1', '--yes', '--reason', 'the total is due'])
  expect(all.code).toBe(1)
  expect(all.out).toContain(
    `${pids[1]} failed: codeChange: Error: c2 has no such count, at codeChange (generations/counter/2.ts:6:34 counter@2); it works on where it was`,
  )
  const receipt = await strata(['acts', /receipt (\w+)/.exec(all.out)?.[1] ?? ''])
  expect(receipt.out).toMatch(/PID +NAME +OUTCOME.*WHY\n/)
  expect(receipt.out).toMatch(/c2 +failed .*codeChange: Error: c2 has no such count, at codeChange/)
  const again = await strata(['move', ...pids, '--yes', '--json'])
  const skipped = (JSON.parse(again.out) as typeof report).processes
  expect(skipped.map(({ status }) => status)).toEqual(['skipped', 'failed', 'skipped', 'skipped', 'skipped', 'skipped'])
  const events = await strata(['events', '--type', 'moved,act_stopped', '--limit', '10'])
  expect(events.out).toMatch(/processes moved to counter@2; 1 failed: [\d.]+ · token: the total is due/)
  expect(events.out).toMatch(/move 4 processes \(act \w+\) stopped · token/)
})

test('MOVE1 one pid is moved at once; what cannot is told with its reason', async () => {
  const [first] = (await json<{ rows: { pid: string }[] }>('ps', '--module', 'counter', '--sort', 'pid')).rows
  const ran = await strata(['move', first!.pid])
  expect([ran.code, ran.out]).toEqual([1, expect.stringMatching(/skipped: is in that generation already\n0 of 1 moved; receipt \w+\n$/)])
  expect((await strata(['move', first!.pid, '--to', '9', '--json'])).err).toContain('"unknown_generation"')
  expect((await strata(['move', '1.99999', '--json'])).err).toContain('"unknown_pid"')
})

test('PREV2 state and queue are shown as text, without secrets, and each look is told', async () => {
  const [first] = (await json<{ rows: { pid: string }[] }>('ps', '--module', 'counter', '--sort', 'pid')).rows
  const pid = first!.pid
  const state = await strata(['state', pid, '--redact', 'name'])
  expect(state.out).toContain('server of counter, generation 2:')
  expect(state.out).toMatch(/name: «redacted»,\n +secretToken: «redacted»/)
  await json('suspend', pid)
  await json('send', pid, '{"type":"hello","password":"hunter3","text":"a\\u202eb"}')
  expect(await json('queue', pid)).toEqual({
    total: 1,
    messages: [{ text: expect.stringContaining('password: «redacted»'), isCut: false }],
  })
  expect((await strata(['queue', pid])).out).toContain('a\\u202eb')
  expect((await strata(['state', pid])).out).toContain('suspended')
  await json('resume', pid)
  expect((await strata(['events', '--type', 'looked', '--module', 'counter', '--limit', '20'])).out).toContain(
    `queue of ${pid} looked at · token`,
  )
})
