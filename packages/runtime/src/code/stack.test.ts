import { expect, test } from 'vitest'
import { innermostFrame, renderStack, type MappedScript } from './stack.ts'

// Generated line 2, column 5 (1-based) is line 7, column 3 of the source.
const script: MappedScript = {
  map: JSON.stringify({ version: 3, sources: ['session.ts'], names: [], mappings: ';IAME' }),
  file: 'session.ts',
  label: 'session@3',
}
const named = (name: string): MappedScript | undefined => (name === 'session@3' ? script : undefined)

test('COMP4 frames show the user’s line and the generation; ours and Node’s are left out', () => {
  const error = new Error('boom')
  error.stack =
    'Error: boom\n    at edit$$0.next (session@3:2:5)\n    at drive (file:///strata/driver.ts:10:2)\n    at node:internal/timers:1:1'
  expect(renderStack(error, named)).toBe('Error: boom\n    at edit (session.ts:7:3 session@3)')
})

test('COMP4 a shared package is placed by its file, what runs the runtime is not, and what is rendered already stays', () => {
  const stack = `Error: boom
    at Client.query (/srv/app/node_modules/pg/lib/client.js:5:1)
    at edit$$0 (session@3:2:5)
    at edit$$0.next (<anonymous>)
    at drive (/srv/strata/driver.ts:10:2)
    at run (/srv/app/node_modules/host/run.js:1:1)`
  const rendered = renderStack({ stack }, named)
  expect(rendered).toBe('Error: boom\n    at Client.query (pg lib/client.js:5:1)\n    at edit (session.ts:7:3 session@3)')
  expect(renderStack({ stack: `${rendered}\n    at async main (marked@7.0.5 lib/x.js:12:3)` }, named)).toBe(
    `${rendered}\n    at async main (marked@7.0.5 lib/x.js:12:3)`,
  )
})

test('COMP4 a message of several lines stays whole', () => {
  const error = new Error('first\nsecond')
  error.stack = 'Error: first\nsecond\n    at session@3:2:5'
  expect(renderStack(error, named)).toBe('Error: first\nsecond\n    at (session.ts:7:3 session@3)')
})

test('COMP4 whatever is thrown can be rendered', () => {
  const hostile = {
    get stack(): string {
      throw new Error('no')
    },
  }
  expect(renderStack(hostile, named)).toBe('Uncaught value that cannot be shown')
  expect(renderStack(3, named)).toBe('Uncaught 3')
  expect(renderStack(undefined, named)).toBe('Uncaught undefined')
  expect(renderStack({ toString: null }, named)).toBe('Uncaught value that cannot be shown')
})

test('COMP4 the innermost frame of user code is found', () => {
  expect(innermostFrame('Error\n    at check (file:///strata/registers.ts:1:1)\n    at spin (session@3:2:5)', named)).toEqual({
    function: 'spin',
    at: 'session.ts:7',
    script: 'session@3',
  })
  expect(innermostFrame('Error\n    at x (other:1:1)', named)).toBeUndefined()
})
