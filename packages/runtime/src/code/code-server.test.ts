import { expect, test } from 'vitest'
import { EngineError } from '../errors.ts'
import type { PurgeMark } from '../inspect/views.ts'
import { MemoryJournal } from '../host/journal/memory-journal.ts'
import { CodeServer } from './code-server.ts'
import type { JournalEntry } from './journal.ts'
import { Guards } from './guards.ts'
import type { GenerationCode, GenerationFacts } from './generation.ts'

const facts = (module: string, number: number): GenerationFacts => ({
  module,
  number,
  origin: null,
  hash: `hash ${number}`,
  sourceHash: `source ${number}`,
  loadedAt: 0,
  loadedBy: 'anna',
  note: '',
  releases: [],
  packages: [],
  exports: [],
  imports: [],
  codeBytes: 1,
  links: { exports: [], uses: [] },
})
const code: GenerationCode = {
  source: '// m',
  compiled: {
    module: 'm',
    file: 'm.ts',
    hash: '',
    sourceHash: '',
    code: '',
    map: '',
    imports: [],
    uses: [],
    packages: [],
    packageNames: [],
    natives: [],
    releases: [],
    exports: [],
    functions: [],
    nativeCallbacks: false,
    waits: false,
  },
  packages: [],
}
const mark: PurgeMark = { kind: 'soft', at: '2026-01-01T00:00:00.000Z', by: 'anna', reason: '', killed: [] }

function record(): { server: CodeServer; entries: JournalEntry[] } {
  const entries: JournalEntry[] = []
  return { server: new CodeServer({ append: (changes) => entries.push(...changes.map(({ entry }) => entry)) }), entries }
}

function restored(entries: readonly JournalEntry[]): CodeServer {
  const again: JournalEntry[] = []
  const server = new CodeServer({ append: (changes) => again.push(...changes.map(({ entry }) => entry)) })
  server.restore(entries, new Guards())
  expect(again).toEqual([])
  return server
}

test('GEN1 each load makes the next number current and the previous old', () => {
  const { server } = record()
  for (const number of [1, 2, 3]) server.publish([{ facts: facts('m', number), code }])
  expect(server.current('m')?.number).toBe(3)
  expect(server.old('m').map(({ number }) => number)).toEqual([2, 1])
  expect(server.nextNumber('m')).toBe(4)
})

test('GEN1 a number is never reused, also after a purge', () => {
  const { server } = record()
  server.publish([{ facts: facts('m', 1), code }])
  server.publish([{ facts: facts('m', 2), code }])
  server.purge({ module: 'm', number: 1 }, mark)
  expect(server.nextNumber('m')).toBe(3)
  expect(server.get('m', 1)).toMatchObject({ status: 'purged', mark, sourceHash: 'source 1' })
  expect(server.loaded('m').map(({ number }) => number)).toEqual([2])
})

test('GEN5 after delete there is no current generation, and the next load makes one', () => {
  const { server } = record()
  server.publish([{ facts: facts('m', 1), code }])
  server.unbind('m')
  expect(server.current('m')).toBeUndefined()
  server.publish([{ facts: facts('m', 2), code }])
  expect(server.current('m')?.number).toBe(2)
})

test('GEN6 a rollback makes the same generation current again, and numbers go on rising', () => {
  const { server, entries } = record()
  for (const number of [1, 2, 3]) server.publish([{ facts: facts('m', number), code }])
  server.rebind('m', 2)
  expect(server.current('m')?.number).toBe(2)
  expect(server.old('m').map(({ number }) => number)).toEqual([3, 1])
  expect(server.nextNumber('m')).toBe(4)
  const again = restored(entries)
  expect(again.history('m')).toEqual(server.history('m'))
})

test('KILL5 the journal brings the same generations back', () => {
  const { server, entries } = record()
  for (const number of [1, 2, 3]) server.publish([{ facts: facts('m', number), code }])
  server.purge({ module: 'm', number: 2 }, mark)
  server.publish([{ facts: facts('n', 1), code }])
  server.unbind('n')
  const again = restored(entries)
  expect(again.names()).toEqual(server.names())
  for (const name of server.names()) expect(again.history(name)).toEqual(server.history(name))
})

test('GEN4 STORE1 a load and the purges of its policy are one change', () => {
  const changes: number[] = []
  const server = new CodeServer({ append: (together) => changes.push(together.length) })
  server.publish([{ facts: facts('m', 1), code }])
  server.publish([{ facts: facts('m', 2), code }], [{ module: 'm', number: 1, mark }])
  expect(changes).toEqual([1, 2])
  expect(server.history('m').map(({ status }) => status)).toEqual(['current', 'purged'])
})

test('STORE2 a journal keeps no code of what was purged, keeps its text, and tells the same history', async () => {
  const journal = new MemoryJournal()
  let appended = Promise.resolve()
  const server = new CodeServer({
    append(changes) {
      appended = appended.then(() => journal.append(changes))
    },
  })
  for (const number of [1, 2, 3]) server.publish([{ facts: facts('m', number), code: { ...code, source: `// ${number}` } }])
  server.purge({ module: 'm', number: 2 }, mark)
  await appended
  const codes = await Promise.all([1, 2, 3].map((number) => journal.code({ module: 'm', number })))
  expect(codes.map((kept) => kept?.source)).toEqual(['// 1', undefined, '// 3'])
  expect(codes[2]).toEqual({ ...code, source: '// 3' })
  expect(await journal.source('source 2')).toBe('// 2')
  expect(JSON.stringify(await journal.entries())).not.toContain('// ')
  expect(restored(await journal.entries()).history('m')).toEqual(server.history('m'))
})

test('GEN8 what is not there is refused by name', () => {
  const { server } = record()
  expect(() => server.history('m')).toThrow(EngineError)
  server.publish([{ facts: facts('m', 1), code }])
  expect(() => server.get('m', 9)).toThrow(expect.objectContaining({ fault: { code: 'unknown_generation', module: 'm', number: 9 } }))
})
