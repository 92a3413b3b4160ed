import { expect, test } from 'vitest'
import type { Pid } from '../src/index.ts'
import { BY, startSystem } from './system.ts'

const PLAYERS = `import { readFile } from 'node:fs/promises'
import { receive, reply, self, send, spawn } from '@strata/runtime/process'

let rounds = 0
export async function start() {
  const first = spawn(player)
  send(first, spawn(player))
  const request = await receive()
  await new Promise((resolve) => setTimeout(resolve, 20))
  await readFile(import.meta.filename)
  reply(request, rounds)
  return start()
}
async function player() {
  let other = await receive()
  for (;;) {
    await Promise.resolve()
    rounds++
    send(other, self())
    other = await receive()
  }
}`

test('SCHED2 KILL1 processes that wake each other by promises without a pause leave room for timers, native answers, calls and kills', async () => {
  const engine = await startSystem({ 'players.ts': PLAYERS }, 'thread', undefined, undefined, 0, 1)
  const pid: Pid = await engine.spawn({ module: 'players', export: 'start' }, BY)
  const before = await engine.call(pid, { type: 'ask' })
  const after = await engine.call(pid, { type: 'ask' })
  expect(before).toBeGreaterThan(0)
  expect(after).toBeGreaterThan(before as number)
  const ended = engine.ended(pid)
  await engine.kill(pid, BY)
  expect(await ended).toMatchObject({ type: 'killed' })
})
