import type { CodeInstance } from '../code/instance.ts'
import { expect, onTestFinished, test } from 'vitest'
import { createTestScheduler, type TestScheduler } from '../testing/test-scheduler.ts'

function start(modules: Readonly<Record<string, string>>): TestScheduler {
  const scheduler = createTestScheduler({ modules })
  onTestFinished(() => scheduler.stop())
  return scheduler
}

test('GEN13 members that were loaded in one set mean what is current after a later load', async () => {
  const both = (version: number): Readonly<Record<string, string>> => ({
    parts: `export const version = () => ${version}; export const kept = ${version}`,
    user: `import { version, kept } from './parts.ts'; import * as parts from './parts.ts'
export async function main() { return [version(), kept, parts.version(), [0].map(version)[0]] }`,
  })
  const t = start(both(1))
  expect(await t.apply('user', 'main')).toEqual({ status: 'answered', value: [1, 1, 1, 1] })
  t.load({ parts: both(2)['parts'] as string })
  expect(await t.apply('user', 'main')).toEqual({ status: 'answered', value: [2, 2, 2, 2] })
  // A generation that is dropped is no longer told of loads.
  t.load(both(3))
  t.table.remove({ module: 'user', number: 1 })
  t.load({ parts: both(4)['parts'] as string })
  expect(await t.apply('user', 'main')).toEqual({ status: 'answered', value: [4, 4, 4, 4] })
})

test('PIN2 a tail call into another generation takes its pin along', async () => {
  const t = start({
    here: `import { there } from './there.ts'\nexport async function main() { return there() }`,
    there: `import { receive } from '@strata/runtime/process'\nexport async function there() { await receive(); return 'done' }`,
  })
  const pid = t.spawn('here', 'main')
  await t.runUntilIdle()
  const pins = () => ['here', 'there'].map((module) => t.pins(module, 1))
  expect(pins()).toEqual([0, 1])
  t.send(pid, 'go')
  await t.runUntilIdle()
  expect(pins()).toEqual([0, 0])
})

test('PIN6 a synchronous function without loops throws at its entry once its generation is purged', () => {
  const t = start({ m: 'export function plain() { return 1 }' })
  const { instance } = t.table.current('m') as CodeInstance
  const { plain } = instance.exports as { plain(): number }
  expect(plain()).toBe(1)
  t.load({ m: 'export const other = 1' })
  t.table.remove({ module: 'm', number: 1 })
  expect(() => plain()).toThrow(expect.objectContaining({ code: 'purged_code' }))
})
