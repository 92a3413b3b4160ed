import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer, writeFiles } from './running-server.ts'
import { run } from './terminal.ts'

let server: RunningServer

beforeAll(async () => {
  server = await startServer(
    await writeFiles({
      'desk.ts': `import { run } from '@strata/runtime/supervisor'
export async function start() { return run('desk') }
export function init() {
  return { intensity: 1, periodMs: 60_000, children: [{ id: 'a', start: { module: 'clerk', export: 'start', name: 'ada' } }, { id: 'b', start: { module: 'clerk', export: 'start', name: 'bob' } }, { id: 'gone', start: { behaviour: 'supervisor', module: 'gone' } }] }
}
`,
      'gone.ts': `import { IGNORE } from '@strata/runtime/supervisor'
export const init = () => IGNORE
`,
      'clerk.ts': `import { receive } from '@strata/runtime/process'
export async function start() { await receive() }
`,
      'strata.config.ts': `export default { start: [{ module: 'desk', export: 'start', name: 'desk' }] }`,
    }),
  )
})
afterAll(async () => {
  await server.stop()
  await rm(server.folder, { recursive: true, force: true })
})

function strata(...args: string[]) {
  return run(args, { cwd: server.folder, env: server.env })
}

test('SUP14 supervisors lists the trees for people and for programs', async () => {
  const shown = await strata('supervisors')
  expect([shown.code, shown.err]).toEqual([0, ''])
  expect(shown.out).toMatch(/desk +supervisor of desk, one-for-one +1 of 1 left in 1 m +0/)
  expect(shown.out).toMatch(/ada +clerk\.start, permanent +running +0/)
  const { total, rows } = JSON.parse((await strata('supervisors', '--json')).out) as { total: number; rows: any[] }
  expect(total).toBe(1)
  expect(rows[0]).toMatchObject({
    name: 'desk',
    module: 'desk',
    supervisor: null,
    depth: 0,
    strategy: 'one-for-one',
    restartsLeft: 1,
    childCount: 3,
  })
  expect(rows[0].children).toMatchObject([
    { id: 'a', name: 'ada', kind: 'process', status: 'running', restart: 'permanent' },
    { id: 'b' },
    { id: 'gone', pid: null },
  ])
  expect(shown.out).toMatch(/ - +gone +supervisor gone, permanent +stopped +0/)
})

test('PLAN3 the plan of a kill tells who gives up before anything else, and else who is started again', async () => {
  const { rows } = JSON.parse((await strata('ps', '--json')).out) as { rows: { pid: string; name: string }[] }
  const pidOf = (name: string): string => rows.find((row) => row.name === name)?.pid ?? ''
  const both = await strata('kill', pidOf('ada'), pidOf('bob'), '--dry-run')
  expect(both.out).toMatch(
    /^Supervisor desk \(\S+\) GIVES UP: 2 more ends are beyond its 1 restart in 1 m 0 s\.\nKill: 2 processes end, 1 more fall with them\./,
  )
  expect(both.out).toMatch(/desk +desk .* gives up/)
  const one = await strata('kill', pidOf('ada'), '9.9', '--dry-run')
  expect(one.out).toMatch(/Supervisor desk starts a \(\S+\) again in clerk@1\./)
})
