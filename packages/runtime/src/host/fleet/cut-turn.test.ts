import { expect, test } from 'vitest'
import { standsInOwnCode } from './cut-turn.ts'

const own = (path: string) => ({ url: new URL(`../../${path}`, import.meta.url).href })
const user = { url: 'session@3' }
const node = { url: 'node:internal/perf/utils' }

test.each([
  ['user code', [user, own('scheduler/turn.ts')], false],
  ["the user's code that the runtime called", [user, own('process/message-queue.ts'), user], false],
  ["Node's code that the user called", [node, user], false],
  ["the runtime's code", [own('scheduler/timers.ts'), user], true],
  ["Node's code that the runtime called", [node, own('clock.ts'), own('scheduler/core.ts'), user], true],
  ['the copying of a message, which may end anywhere', [own('process/copy-message.ts'), user], false],
] as const)('KILL1 a turn that stands in %s: is that no place to cut it?', (_what, frames, expected) => {
  expect(standsInOwnCode(frames)).toBe(expected)
})
