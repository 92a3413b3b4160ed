import { expect, test } from 'vitest'
import { createTestScheduler } from '../src/testing/test-scheduler.ts'
import { answeringSystem, loadSet, mainOf, runMain } from './answering.ts'
import { BY, killSurely, openRoom, versionOf } from './system.ts'

/** The stack of the error that ends a process in `main`. */
async function stackOf(main: string): Promise<string> {
  const run = createTestScheduler({ modules: { main } })
  const answer = await run.apply('main', 'main')
  run.stop()
  if (answer?.status !== 'ended' || answer.reason.type !== 'error') throw new Error(`it ended as ${JSON.stringify(answer)}`)
  return answer.reason.stack
}

test('COMP4 an error in an async generator shows no frame of what drives it', async () => {
  const stack = await stackOf(`async function* inner() {
  yield 1
  throw new Error('in inner')
}
async function* outer() { yield* inner() }
export async function main() {
  for await (const x of outer()) void x
}`)
  expect(stack).toBe(
    'Error: in inner\n    at inner (main.ts:3:9 main@1)\n    at async outer (main.ts:5:27 main@1)\n    at async main (main.ts:7:3 main@1)',
  )
})

test('COMP4 an error in a disposal shows the function whose block ends there', async () => {
  const stack = await stackOf(`export async function main() {
  using r = { [Symbol.dispose]() { throw new Error('in dispose') } }
  await null
}`)
  expect(stack).toBe('Error: in dispose\n    at [Symbol.dispose] (main.ts:2:42 main@1)\n    at main (main.ts:3:9 main@1)')
})

test.each([
  ['await validate({ a: 1 })', 'validate (main.ts:4:9 main@1)', 'main (main.ts:10:3 main@1)'],
  ['await subject.validate({ a: 1 })', 'Object.validate (main.ts:4:9 main@1)', 'main (main.ts:10:3 main@1)'],
  ['await subject?.validate({ a: 1 })', 'Object.validate (main.ts:4:9 main@1)', 'main (main.ts:10:9 main@1)'],
  ['await subject.missing({ a: 1 })', 'main (main.ts:10:3 main@1)'],
  ['await (subject.missing({ a: 1 }))', 'main (main.ts:10:3 main@1)'],
  ['return await subject.missing({ a: 1 })', 'main (main.ts:10:10 main@1)'],
])('COMP4 what a statement begins with is placed in its own line: %s', async (statement, ...frames) => {
  const stack = await stackOf(`const subject: any = { validate }

function validate(_: any) {
  throw new Error('invalid')
}
async function withDefault({ a = validate(1) }: any) { return a }
export async function main() {
  const before = 1

  ${statement}
}`)
  expect(stack.split('\n').slice(1)).toEqual(frames.map((frame) => `    at ${frame}`))
})

test('COMP4 errors behind an await, in a pattern of a catch and in a method called by super show their lines', async () => {
  const after = await stackOf(`export async function main() {
  try { throw [1] } catch ([a = 2]) {
    await null
    throw new Error('after the pattern')
  }
}`)
  expect(after).toBe('Error: after the pattern\n    at main (main.ts:4:11 main@1)')
  const method = await stackOf(`class A { async m() {
  throw new Error('in A')
} }
class B extends A { async m() { await super.m(); return 1 } }
export async function main() { await new B().m() }`)
  expect(method).toBe(
    'Error: in A\n    at m (main.ts:2:9 main@1)\n    at async B.m (main.ts:4:33 main@1)\n    at async main (main.ts:5:32 main@1)',
  )
})

/** What a module reads as the stack of an error, in a thread of the engine. */
async function readStacks(text: string): Promise<unknown> {
  return mainOf(await answeringSystem(), { main: text })
}

test('COMP4 what a module itself reads as a stack has its own lines and generation, async callers, and no frame of ours', async () => {
  const stacks = await readStacks(`interface Place { line: number }

export async function inner(place: Place): Promise<void> {
  await null
  throw new RangeError('in ' + place.line)
}
async function middle() {
  for (const line of [5]) await inner({ line })
}
class Teller {
  async tell() { try { await middle() } catch (error) { return (error as Error).stack } }
  async #hidden() { throw new Error('hidden') }
  async hidden() { try { await this.#hidden() } catch (error) { return (error as Error).stack } }
}
export async function main() {
  const late = await Promise.all([inner({ line: 1 })]).catch((error: Error) => error.stack)
  return [await new Teller().tell(), await new Teller().hidden(), late]
}`)
  expect(stacks).toEqual([
    'RangeError: in 5\n    at inner (main.ts:5:9 main@2)\n    at async middle (main.ts:8:27 main@2)\n    at async Teller.tell (main.ts:11:24 main@2)\n    at async main (main.ts:17:11 main@2)\n    at async start (answering.ts:3:79 answering@1)',
    expect.stringMatching(
      /^Error: hidden\n {4}at (?:Teller\.)?#hidden \(main\.ts:12:27 main@2\)\n {4}at async Teller\.hidden \(main\.ts:13:26 main@2\)\n {4}at async main/,
    ),
    'RangeError: in 1\n    at inner (main.ts:5:9 main@2)',
  ])
})

test('COMP4 an error that its own function caught, one that Node made and a captured stack are placed too', async () => {
  const stacks = (await readStacks(`import { readFile } from 'node:fs/promises'
import { call, spawn } from '@strata/runtime/process'
function parse(text: string) { return JSON.parse(text) }
async function own() { try { parse('{') } catch (error) { return (error as Error).stack } }
async function file() { try { await readFile('/nowhere/at/all') } catch (error) { return (error as Error).stack } }
async function ended() { try { await call(spawn({ module: 'main', export: 'stop' }), {}) } catch (error) { return (error as Error).stack } }
export async function stop() {}
function captured() { const o = { stack: '' }; Error.captureStackTrace(o); return o.stack }
export async function main() { return [await own(), await file(), await ended(), captured()] }`)) as string[]
  const [own, file, ended, captured] = stacks.map((stack) => stack.split('\n').slice(1).join('\n'))
  expect(own).toMatch(
    /^ {4}at parse \(main\.ts:3:44 main@2\)\n {4}at own \(main\.ts:4:30 main@2\)\n {4}at async main \(main\.ts:9:40 main@2\)/,
  )
  expect(file).toMatch(/ {4}at async file \(main\.ts:5:31 main@2\)\n {4}at async main \(main\.ts:9:/)
  expect(ended).toMatch(/^ {4}at async ended \(main\.ts:6:32 main@2\)\n {4}at async main \(main\.ts:9:/)
  expect(captured).toMatch(/^ {4}at captured \(main\.ts:8:54 main@2\)\n {4}at main \(main\.ts:9:/)
  expect(stacks.join()).not.toContain('packages/runtime')
})

test('COMP4 a module that sees to its traces itself, or breaks what makes them, takes nothing from anybody', async () => {
  const engine = await answeringSystem()
  const pid = await openRoom(engine)
  const main = `export function main() {
  const before = Error.prepareStackTrace
  Error.prepareStackTrace = (_, sites) => sites.length
  const own = new Error('x').stack
  Error.prepareStackTrace = before
  const restored = new Error('y').stack
  Error.prepareStackTrace = () => { throw new Error('hostile') }
  Object.freeze(Error)
  return [typeof own, restored]
}
export async function spin() { for (;;) await null }`
  const [own, restored] = (await mainOf(engine, { main })) as [string, string]
  expect([own, restored.split('\n')[1]]).toEqual(['number', '    at main (main.ts:6:20 main@2)'])
  const spinning = await engine.spawn({ module: 'main', export: 'spin' }, BY)
  expect(await versionOf(engine, pid)).toBe(1)
  expect((await engine.processes({ module: 'main' })).total).toBe(1)
  await killSurely(engine, spinning)
})

test('COMP4 what is missing behind re-exports, and what cannot be sent from deep inside a message, is placed where it was asked for', async () => {
  const engine = await answeringSystem()
  const set = {
    main: `import { send, self } from '@strata/runtime/process'
import { gone } from './hub.ts'
function read() { return gone }
function deep(level: number): object { return level === 0 ? { f() {} } : { in: deep(level - 1) } }
export async function main() {
  const stacks: string[] = []
  for (const run of [read, () => send(self(), deep(20))]) try { run() } catch (error) { stacks.push((error as Error).stack as string) }
  return stacks
}`,
    hub: `export { gone } from './inner.ts'\nexport const here = 1`,
    inner: `export { gone } from './last.ts'`,
    last: `export const gone = 1`,
  }
  await loadSet(engine, set)
  await loadSet(engine, { last: 'export const other = 2' })
  expect(await runMain(engine)).toEqual([
    expect.stringMatching(/^UndefError: undef: last\.gone [^\n]*\n {4}at read \(main\.ts:3:26 main@2\)\n {4}at main \(main\.ts:7:/),
    expect.stringMatching(/^InvalidMessageError: \$\.in[^\n]*\n {4}at \(main\.ts:7:34 main@2\)\n {4}at main \(main\.ts:7:/),
  ])
})
