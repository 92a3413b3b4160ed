import { expect, test } from 'vitest'
import { answeringSystem, loadSet, runMain } from './answering.ts'
import { BY, killSurely, openRoom, versionOf } from './system.ts'

const MAIN = `import { AsyncLocalStorage } from 'node:async_hooks'
import { call, receive, reply, self, send, sleep, spawn } from '@strata/runtime/process'
const storage = new AsyncLocalStorage<string>()
const found = () => storage.getStore() ?? 'nothing'
export async function echo() { reply(await receive<object>(), found()) }
async function later(steps: number): Promise<string> { for (let step = 0; step < steps; step++) if (step % 5_000 === 0) await null; return found() }
async function waits(): Promise<string[]> {
  const after: string[] = []
  await sleep(1); after.push(found())
  send(self(), 'a'); await receive({ match: (message) => message === 'a' }); after.push(found())
  after.push(await call(spawn({ module: 'main', export: 'echo' }), {}) as string, found())
  let steps = 0; while (steps < 20_000) steps += 1
  after.push(found())
  for (const start of [(f: () => void) => setTimeout(f, 1), setImmediate, queueMicrotask]) after.push(await new Promise<string>((resolve) => start(() => resolve(found()))))
  return after
}
export async function main() {
  const own = await Promise.all([storage.run('one', waits), storage.run('two', () => later(30_000)), later(30_000)])
  return [...own, found()]
}
export async function stuck() {
  await storage.run('stuck', async () => { await receive(); /^(a+)+$/.test('a'.repeat(40) + 'b') })
}`

test('STR7 what is kept in an AsyncLocalStorage follows its strand over waits, turns and callbacks, and no other', async () => {
  const engine = await answeringSystem()
  await loadSet(engine, { main: MAIN })
  const following = ['one', 'one', 'nothing', 'one', 'one', 'one', 'one', 'one']
  expect(await runMain(engine)).toEqual([following, 'two', 'nothing', 'nothing'])
})

test('KILL1 a strand that was cut while it went on with what it keeps takes nothing along', async () => {
  const engine = await answeringSystem()
  await loadSet(engine, { main: MAIN })
  await runMain(engine)
  const other = await openRoom(engine)
  const pid = await engine.spawn({ module: 'main', export: 'stuck' }, BY)
  await engine.send(pid, {}, BY)
  await killSurely(engine, pid)
  expect(await versionOf(engine, other)).toBe(1)
  expect(await runMain(engine)).toMatchObject({ 2: 'nothing', 3: 'nothing' })
})
