import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer, writeFiles } from './running-server.ts'
import { run } from './terminal.ts'

let server: RunningServer

beforeAll(async () => {
  server = await startServer(
    await writeFiles({
      'clerk.ts': `import { receive } from '@strata/runtime/process'
export async function start() {
  await receive()
  throw new Error('no seat 12')
}
`,
      'strata.config.ts': `export default { start: [{ module: 'clerk', export: 'start', name: 'ada' }, { module: 'clerk', export: 'start', name: 'bob' }] }`,
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

test('CRASH2 crashes lists what crashed by cause, for people and for programs', async () => {
  expect((await strata('crashes')).out).toBe('Nothing crashed.\n')
  const { rows } = JSON.parse((await strata('ps', '--json')).out) as { rows: { pid: string; name: string }[] }
  for (const { pid } of rows) expect((await strata('send', pid, '{}')).code).toBe(0)
  const read = async () => JSON.parse((await strata('crashes', '--module', 'clerk', '--json')).out) as any[]
  await expect.poll(async () => (await read())[0]?.count).toBe(2)
  expect(await read()).toMatchObject([
    {
      cause: expect.stringMatching(/no seat N, at start \(clerk\.ts:4:/),
      module: 'clerk',
      generation: 1,
      latest: { entry: 'clerk.start', queueLength: 0, linked: 0, restarts: null, hasMessage: false, isOfThisLife: true },
    },
  ])
  const { out } = await strata('crashes')
  expect(out).toMatch(/^2 crashes in clerk@1, last .* ago: .*no seat N, at start/)
  expect(out).toContain('at start (clerk.ts:4:')
  expect(JSON.parse((await strata('crashes', '--messages', '--json')).out)).toMatchObject([{ latest: { lastMessage: null } }])
  expect(await strata('crashes', 'x')).toMatchObject({ code: 2 })
})
