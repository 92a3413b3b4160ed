import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTestScheduler } from '../../src/testing/test-scheduler.ts'
import { DIFFERENCES, differenceOf } from './differences.ts'

const SPEC = readFileSync(join(import.meta.dirname, '../../SPEC.md'), 'utf8')

test('COMP7 each kind of difference stands in the specification, and no other', () => {
  const section = SPEC.slice(SPEC.indexOf('**COMP7**')).split('\n## ', 1)[0] ?? ''
  expect([...section.matchAll(/^- `([a-z-]+)`/gm)].map(([, kind]) => kind)).toEqual(DIFFERENCES.map(({ kind }) => kind))
})

test('COMP7 a difference matches tests by their path: what async functions do is none', () => {
  expect(differenceOf('built-ins/AsyncFunction/AsyncFunction-name.js')?.kind).toBe('function-kind')
  expect(differenceOf('built-ins/AsyncGeneratorPrototype/next/request-queue-order.js')).toBeUndefined()
  expect(differenceOf('language/statements/async-function/evaluation-body.js')).toBeUndefined()
  expect(differenceOf('language/expressions/await/async-await-interleaved.js')).toBeUndefined()
})

test('COMP7 an async function is a plain one by its text alone', async () => {
  const main = `async function f(a, b = 1) {}
async function* g() {}
export async function main() {
  return [Object.prototype.toString.call(f), f.constructor.name, f.name, f.length, typeof f, f() instanceof Promise, Object.prototype.toString.call(g()),
    typeof g()[Symbol.asyncIterator], f.toString().startsWith('async')]
}`
  const run = createTestScheduler({ modules: { main } })
  const answer = await run.apply('main', 'main')
  run.stop()
  expect(answer).toEqual({
    status: 'answered',
    value: ['[object AsyncFunction]', 'AsyncFunction', 'f', 1, 'function', true, '[object AsyncGenerator]', 'function', false],
  })
})
