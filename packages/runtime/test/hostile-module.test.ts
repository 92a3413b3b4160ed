import { expect, test } from 'vitest'
import type { Engine } from '../src/index.ts'
import { BY, openRoom, portrait, room, startSystem, versionOf } from './system.ts'

/** Loads a module and waits until its export `run` has run in a process. */
async function run(engine: Engine, text: string): Promise<void> {
  const source = `import { receive, reply } from '@strata/runtime/process'
${text}
export async function start(): Promise<void> {
  const message = await receive<any>()
  run()
  reply(message, true)
}`
  await engine.load({ sources: [{ module: 'hostile', text: source }], old: 'keep', note: '' }, BY)
  const pid = await engine.spawn({ module: 'hostile', export: 'start' }, BY)
  await engine.call(pid, { type: 'run' }, 5_000)
}

test("KILL5 what a module posts to its thread's parent is no answer, no event and no end of the runtime", async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const pid = await openRoom(engine)
  await run(
    engine,
    `import { parentPort, workerData } from 'node:worker_threads'
function run(): void {
  parentPort!.postMessage(null)
  parentPort!.postMessage({ type: 'event', event: { type: 'crashed' } })
  for (let id = 0; id < 200; id += 1) parentPort!.postMessage({ type: 'answer', id, value: { total: 999, rows: [] } })
  if (Object.keys(workerData).length > 0) throw new Error('the scheduler is within reach')
}`,
  )
  expect(await versionOf(engine, pid)).toBe(1)
  expect((await engine.processes({ module: 'room' })).total).toBe(1)
  const { events } = await engine.eventsAfter(0)
  expect(events.filter(({ type }) => type === 'crashed' || type === 'scheduler_restarted')).toEqual([])
})

test('KILL5 timers and microtasks of the runtime survive a module that replaces the globals of its thread', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const pid = await openRoom(engine)
  await run(
    engine,
    `function run(): void {
  Object.assign(globalThis, { queueMicrotask() {}, setImmediate() {}, setTimeout() {}, clearTimeout() {} })
  Date.now = () => 0
  performance.now = () => 0
}`,
  )
  expect(await versionOf(engine, pid)).toBe(1)
  const before = await portrait(engine)
  expect(await engine.kill(pid, BY)).toMatchObject({ status: 'killed' })
  expect(await portrait(engine)).not.toEqual(before)
})

/** A module whose processes answer previews with these texts, and whose `previewOf` has this body. */
function scribe(document: string, previewOf: string): string {
  return `import { receive, reply } from '@strata/runtime/process'
export const preview = { type: 'preview' }
export async function previewOf(text: string): Promise<string> {
  ${previewOf}
}
export async function start(): Promise<void> {
  const message = await receive<any>()
  reply(message, { document: ${document}, output: 'own' })
  return start()
}`
}

test("PREV1 a process's own answer is shown also when current's previewOf never answers", async () => {
  const engine = await startSystem({ 'scribe.ts': scribe("'text'", 'await receive(); return text') })
  const pid = await engine.spawn({ module: 'scribe', export: 'start' }, BY)
  await engine.call(pid, { type: 'ready' }, 5_000)
  expect(await engine.preview(pid)).toEqual({
    status: 'answered',
    document: 'text',
    own: { module: 'scribe', generation: 1, output: 'own' },
    current: null,
  })
})

test('PREV1 an answer too long to be shown is not carried to the console', async () => {
  const engine = await startSystem({ 'scribe.ts': scribe("'x'.repeat(1_000_001)", 'return text') })
  const pid = await engine.spawn({ module: 'scribe', export: 'start' }, BY)
  await engine.call(pid, { type: 'ready' }, 5_000)
  expect(await engine.preview(pid)).toEqual({
    status: 'no_answer',
    why: 'its answer has 1000001 characters: at most 1000000 are shown',
  })
})
