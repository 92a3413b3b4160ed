import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer, writeFiles } from './running-server.ts'
import { run } from './terminal.ts'

let server: RunningServer
let folder: string

beforeAll(async () => {
  folder = await writeFiles({
    'room.ts': `import { receive } from '@strata/runtime/process'\nexport async function start() { await receive() }\n`,
    'strata.config.ts': `export default { start: [{ module: 'room', export: 'start' }] }\n`,
  })
  server = await startServer(folder)
})

afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function json(...args: readonly string[]) {
  const { code, out, err } = await run([...args, '--json'], { env: server.env, cwd: folder })
  return { code, value: out === '' ? JSON.parse(err) : JSON.parse(out) }
}

test('AUDIT2 AUDIT3 STORE6 an operator reads the trail by module and kind, verifies it, backs it up and restores it', async () => {
  expect((await json('hold', 'room', '--reason', 'night')).code).toBe(0)
  expect((await json('hold', 'nothing', '--reason', 'x')).code).toBe(1)
  expect((await json('events', '--module', 'room', '--type', 'held')).value).toMatchObject([
    { type: 'held', by: { actor: 'token', reason: 'night' } },
  ])
  expect((await json('events', '--module', 'nothing')).value).toMatchObject([
    { type: 'act_refused', call: 'modules.hold', code: 'unknown_module' },
  ])
  expect((await json('events', '--actor', 'nobody')).value).toEqual([])
  expect((await json('events', '--until', '2020-01-01')).value).toEqual([])

  const { value: verified } = await json('audit', 'verify')
  expect(verified).toMatchObject({ status: 'intact', containsHead: null })
  expect(await json('audit', 'verify', '--head', verified.head)).toMatchObject({ code: 0, value: { containsHead: true } })
  expect(await json('audit', 'verify', '--head', 'f'.repeat(64))).toMatchObject({
    code: 1,
    value: { status: 'intact', containsHead: false },
  })

  const { value: made } = await json('backup', 'monday.db')
  expect(made).toMatchObject({ path: join(folder, 'monday.db'), entries: verified.entries, head: verified.head })
  expect(await json('backup', 'monday.db')).toMatchObject({ code: 1, value: { fault: { code: 'backup_failed' } } })
  await json('release', 'room')
  expect(await json('restore', 'monday.db', '--system', folder, '--yes')).toMatchObject({
    code: 1,
    value: { fault: { code: 'restore_failed', why: expect.stringMatching(/used by another server/) } },
  })
  await server.end()
  expect((await run(['restore', 'monday.db', '--system', folder], { env: server.env, cwd: folder })).code).toBe(2)
  const { code, value: restored } = await json('restore', 'monday.db', '--system', folder, '--yes')
  expect([code, restored]).toMatchObject([
    0,
    { status: 'restored', entries: verified.entries, head: verified.head, access: 'present', secondPerson: false },
  ])
  expect(existsSync(restored.movedAside)).toBe(true)
})

test('SAFE1 safe-mode says that there is none, and refuses to leave it', async () => {
  const other = await startServer(folder)
  try {
    const { code, out } = await run(['safe-mode'], { env: other.env })
    expect([code, out]).toEqual([0, 'Not in safe mode.\n'])
    expect((await run(['safe-mode', 'leave'], { env: other.env })).code).toBe(1)
  } finally {
    await other.stop()
  }
})
