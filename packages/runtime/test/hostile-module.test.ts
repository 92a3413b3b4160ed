import { expect, test } from 'vitest'
import type { Engine } from '../src/index.ts'
import { BY, eventThat, killSurely, openRoom, portrait, room, startSystem, versionOf } from './system.ts'

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
  await engine.call(pid, { type: 'run' }, 60_000)
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
  await killSurely(engine, pid)
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
  await engine.call(pid, { type: 'ready' }, 60_000)
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
  await engine.call(pid, { type: 'ready' }, 60_000)
  expect(await engine.preview(pid)).toEqual({
    status: 'no_answer',
    why: 'its answer has 1000001 characters: at most 1000000 are shown',
  })
})

test('KILL1 a chain of microtasks without end goes through turns: the others run, it is seen and ended', async () => {
  const engine = await startSystem({
    'room.ts': room(1),
    'chain.ts': `import { receive } from '@strata/runtime/process'\nfunction again(): void { queueMicrotask(again) }\nexport async function start() { await receive(); again(); await receive() }`,
  })
  const other = await openRoom(engine)
  const pid = await engine.spawn({ module: 'chain', export: 'start' }, BY)
  await engine.send(pid, {}, BY)
  expect(await versionOf(engine, other)).toBe(1)
  expect(await engine.process(pid)).toMatchObject({ module: 'chain' })
  await killSurely(engine, pid)
  expect(await versionOf(engine, other)).toBe(1)
})

test('PREV1 a preview or upgrade message that runs code when it is read is none', async () => {
  const engine = await startSystem({
    'trap.ts': `import { receive } from '@strata/runtime/process'
export const preview = { get type(): string { for (;;) {} } }
export const upgrade = new Proxy({}, { ownKeys() { for (;;) {} } })
export async function start() { await receive() }`,
  })
  const pid = await engine.spawn({ module: 'trap', export: 'start' }, BY)
  expect(await engine.process(pid)).toMatchObject({ canPreview: false, canUpgrade: false })
  expect(await engine.preview(pid)).toEqual({ status: 'none' })
})

test('ENG2 a timer whose callback has no proper name is shown like any other', async () => {
  const engine = await startSystem({
    'named.ts': `import { receive, reply } from '@strata/runtime/process'
function late() {}
Object.defineProperty(late, 'name', { value: Symbol('late') })
export async function start() { setTimeout(late, 60_000); reply(await receive(), 'set'); await receive() }`,
  })
  const pid = await engine.spawn({ module: 'named', export: 'start' }, BY)
  await engine.call(pid, {}, 60_000)
  expect((await engine.process(pid)).pins).toContainEqual(expect.objectContaining({ reason: 'timer', function: '(callback)' }))
  expect((await engine.processes({})).total).toBe(1)
})

test('STR2 a module that takes all listeners of its thread away ends nobody: rejections still belong to their process', async () => {
  const engine = await startSystem({
    'room.ts': room(1),
    'quiet.ts': `import { receive, reply } from '@strata/runtime/process'
export async function take() { const message = await receive<object>(); process.removeAllListeners(); reply(message, true) }
export async function fail() { void Promise.reject(new Error('mine')); await receive() }`,
  })
  const pid = await openRoom(engine)
  await engine.call(await engine.spawn({ module: 'quiet', export: 'take' }, BY), {}, 60_000)
  const failing = await engine.spawn({ module: 'quiet', export: 'fail' }, BY)
  expect(await eventThat(engine, ({ type }) => type === 'crashed' || type === 'scheduler_restarted')).toMatchObject({
    type: 'crashed',
    crash: { pid: failing, reason: { message: 'mine' } },
  })
  expect(await versionOf(engine, pid)).toBe(1)
})
