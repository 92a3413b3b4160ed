import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nextRoomSource, ROOMS, roomSource } from './rooms-system.ts'
import { type RunningServer, startServer, writeFiles } from './running-server.ts'
import { run } from './terminal.ts'

const NEXT = 'generations/room/2-next.ts'

let server: RunningServer

beforeAll(async () => {
  server = await startServer(
    await writeFiles({
      'room.ts': roomSource('room', 'cats'),
      'guard.ts': ROOMS['guard.ts'],
      [NEXT]: '',
      'strata.config.ts': `export default { start: [{ module: 'room', export: 'start' }], typeErrors: 'off' }\n`,
    }),
  )
})
afterAll(async () => {
  await server.stop()
  await rm(server.folder, { recursive: true, force: true })
})

async function check(text: string, ...args: string[]) {
  await writeFile(join(server.folder, NEXT), text)
  return run(['load', NEXT, '--check', ...args], { cwd: server.folder, env: server.env })
}

test('DIAG7 a check prints findings like a compiler, also of what processes hold, and exits with 1 for errors only', async () => {
  const warned = await check(`${nextRoomSource('room', 'mice')}\nlet seen = 0\nexport const see = () => ++seen\n`)
  expect([warned.code, warned.err]).toEqual([0, ''])
  expect(warned.out).toMatch(new RegExp(`^${NEXT}:\\d+:5: warning: .*\\[module_state\\]\\n {4}\\S`))
  expect(warned.out).toMatch(/^1 warning, checked in \d+\.\d s$/m)

  const refused = await check('export const = 1')
  expect([refused.code, refused.err]).toEqual([1, ''])
  expect(refused.out).toMatch(new RegExp(`^${NEXT}:1:14: error: .*\\[syntax\\]`))
  expect(refused.out).toMatch(/^1 error, checked in/m)

  const lost = await check('export const start = 1')
  expect(lost.code).toBe(0)
  expect(lost.out).toMatch(/^in room@1, which 1 process still holds:\n {2}room\.ts:\d+:\d+: warning: .*\[removed_export\]/m)

  const json = await check('export const start = 1', '--json')
  expect(JSON.parse(json.out)).toMatchObject({
    status: 'checked',
    diagnostics: [
      {
        code: 'removed_export',
        severity: 'warning',
        file: 'room.ts',
        line: expect.any(Number),
        column: expect.any(Number),
        message: expect.any(String),
        hint: expect.any(String),
        within: { module: 'room', number: 1, status: 'pinned', pins: 1 },
      },
    ],
  })
})
