import { expect, test } from 'vitest'
import { createTestScheduler } from '../src/testing/test-scheduler.ts'

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
  expect(stack).toBe('Error: in inner\n    at inner (main.ts:3:9 main@1)')
})

test('COMP4 an error in a disposal shows the function whose block ends there', async () => {
  const stack = await stackOf(`export async function main() {
  using r = { [Symbol.dispose]() { throw new Error('in dispose') } }
  await null
}`)
  expect(stack).toBe('Error: in dispose\n    at [Symbol.dispose] (main.ts:2:42 main@1)\n    at main (main.ts:3:9 main@1)')
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
  expect(method).toMatch(/^Error: in A\n {4}at #?m \(main\.ts:2:9 main@1\)/)
})
