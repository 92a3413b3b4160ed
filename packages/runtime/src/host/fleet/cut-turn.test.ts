import { expect, test } from 'vitest'
import { mayBeCut } from './cut-turn.ts'

const own = (path: string) => ({ url: new URL(`../../${path}`, import.meta.url).href })
const turn = own('scheduler/turn.ts')
const user = { url: 'session@3' }
const node = { url: 'node:internal/perf/utils' }
const shared = { url: 'file:///app/node_modules/marked/lib/marked.js' }

test.each([
  ['user code', [user, turn], true],
  ["the user's code that the runtime called", [user, own('process/message-queue.ts'), user, turn], true],
  ["Node's code that the user called", [node, user, turn, node], true],
  ['a shared package that the user called', [shared, node, user, turn], true],
  ['a package that the runtime called', [shared, own('code/raw-stack.ts'), turn], false],
  ["the runtime's code", [own('scheduler/timers.ts'), user, turn], false],
  ["Node's code that the runtime called", [node, own('clock.ts'), own('scheduler/core.ts'), user, turn], false],
  ['the copying of a message, which may end anywhere', [own('process/copy-message.ts'), user, turn], true],
  ["Node's own loop, where the turn has been cut already", [node, node], false],
  ["a listener that Node's own loop calls", [node, user, node], false],
] as const)('KILL1 a turn that stands in %s: is that a place to cut it?', (_what, frames, expected) => {
  expect(mayBeCut(frames)).toBe(expected)
})
