import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer, writeFiles } from './running-server.ts'
import { run, type TerminalOptions } from './terminal.ts'

/** Spins when it is told to: a check sees it, a kill ends it. */
const SPINNER = `import { receive } from '@strata/runtime/process'
function spin(): void {
  for (;;) {}
}
export async function start() {
  await receive()
  spin()
}
`

let server: RunningServer

beforeAll(async () => {
  server = await startServer(
    await writeFiles({
      'spinner.ts': SPINNER,
      'strata.config.ts': `export default { schedulers: 2, start: [{ module: 'spinner', export: 'start', name: 'top' }] }`,
    }),
  )
})
afterAll(async () => {
  await server.stop()
  await rm(server.folder, { recursive: true, force: true })
})

function strata(args: readonly string[], options: TerminalOptions = {}) {
  return run(args, { cwd: server.folder, env: server.env, ...options })
}

async function json(...args: string[]): Promise<any> {
  const { code, out, err } = await strata([...args, '--json'])
  expect([code, err], args.join(' ')).toEqual([0, ''])
  return JSON.parse(out)
}

test('KILL4 schedulers and ps tell who holds a scheduler, and where; a restart ends all of it and brings it back', async () => {
  const { rows } = await json('ps')
  const [{ pid }] = rows
  await json('send', pid, '{}')
  await expect.poll(async () => (await json('schedulers'))[0].status).toBe('holding')
  expect(await json('schedulers')).toMatchObject([{ id: 1, status: 'holding', pid, module: 'spinner', at: 'spinner.ts:3' }, { id: 2 }])
  expect((await json('ps', '--load', 'holding')).rows).toMatchObject([{ pid, load: 'holding', at: 'spinner.ts:3' }])
  expect((await strata(['schedulers'])).out).toContain('holding')
  expect((await strata(['ps'])).out).toContain('LOAD')

  const planned = await json('restart-scheduler', '1', '--dry-run')
  expect(planned).toMatchObject({ status: 'planned', scheduler: 1, processes: 1, healthy: 0, holder: pid, roots: 1, threadEnded: null })
  const asked = await strata(['restart-scheduler', '1'])
  expect(asked.code).toBe(2)
  expect(asked.out).toContain(`${pid} is holding at spinner.ts:3`)
  expect(await json('restart-scheduler', '1', '--yes', '--reason', 'it spins')).toMatchObject({
    status: 'restarted',
    holder: pid,
    roots: 1,
  })
  const again = async () => (await json('ps')).rows
  await expect.poll(again).toMatchObject([{ name: 'top', module: 'spinner' }])
  expect((await again())[0].pid).not.toBe(pid)
  expect((await strata(['events'])).out).toMatch(/scheduler 1 restarted.*it spins/)
})

test.each([
  [['restart-scheduler'], 'which scheduler?'],
  [['restart-scheduler', 'one'], 'is no scheduler'],
  [['restart-scheduler', '1', '2'], 'one scheduler at a time'],
])('KILL4 %j is no usage', async (args, why) => {
  const { code, err } = await strata(args)
  expect(code).toBe(2)
  expect(err).toContain(why)
})

test('KILL4 a scheduler that is not there is named', async () => {
  const { code, err } = await strata(['restart-scheduler', '9', '--yes'])
  expect(code).not.toBe(0)
  expect(err).toContain('./strata schedulers')
})
