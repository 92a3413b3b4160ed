import { expect, test } from 'vitest'
import { EngineError } from '../errors.ts'
import type { PurgeMark } from '../inspect/views.ts'
import { CodeServer, type JournalEntry } from './code-server.ts'
import { Journal } from '../host/journal.ts'
import { Guards } from './guards.ts'
import type { GenerationCode, GenerationFacts } from './generation.ts'

const facts = (module: string, number: number): GenerationFacts => ({
  module,
  number,
  source: `// ${number}`,
  origin: null,
  hash: `hash ${number}`,
  sourceHash: `source ${number}`,
  loadedAt: 0,
  loadedBy: 'anna',
  note: '',
  releases: [],
  exports: [],
  codeBytes: 1,
})
const code: GenerationCode = {
  compiled: {
    module: 'm',
    file: 'm.ts',
    hash: '',
    sourceHash: '',
    code: '',
    map: '',
    imports: [],
    packages: [],
    natives: [],
    releases: [],
    exports: [],
    functions: [],
    nativeCallbacks: false,
  },
  packages: [],
}
const mark: PurgeMark = { kind: 'soft', at: '2026-01-01T00:00:00.000Z', by: 'anna', reason: '', killed: [] }

function record(): { server: CodeServer; entries: JournalEntry[] } {
  const entries: JournalEntry[] = []
  return { server: new CodeServer((entry) => entries.push(entry)), entries }
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
  expect(server.get('m', 1)).toMatchObject({ status: 'purged', mark, source: '// 1' })
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
  const again = new CodeServer(() => {})
  again.restore(entries, new Guards())
  expect(again.history('m')).toEqual(server.history('m'))
})

test('KILL5 the journal brings the same generations back', () => {
  const { server, entries } = record()
  for (const number of [1, 2, 3]) server.publish([{ facts: facts('m', number), code }])
  server.purge({ module: 'm', number: 2 }, mark)
  server.publish([{ facts: facts('n', 1), code }])
  server.unbind('n')
  const again = new CodeServer(() => {})
  again.restore(entries, new Guards())
  expect(again.names()).toEqual(server.names())
  for (const name of server.names()) expect(again.history(name)).toEqual(server.history(name))
})

test('KILL5 the journal keeps no code of what was purged, and still tells the same history', () => {
  const journal = new Journal()
  const server = new CodeServer((entry) => journal.append(entry))
  for (const number of [1, 2, 3]) server.publish([{ facts: facts('m', number), code }])
  server.purge({ module: 'm', number: 2 }, mark)
  const kept = journal.entries().flatMap((entry) => (entry.type === 'loaded' ? entry.generations : []))
  expect(kept.map((generation) => generation.code.compiled.module)).toEqual(['m', '', 'm'])
  const again = new CodeServer(() => {})
  again.restore(journal.entries(), new Guards())
  expect(again.history('m')).toEqual(server.history('m'))
})

test('GEN8 what is not there is refused by name', () => {
  const { server } = record()
  expect(() => server.history('m')).toThrow(EngineError)
  server.publish([{ facts: facts('m', 1), code }])
  expect(() => server.get('m', 9)).toThrow(expect.objectContaining({ fault: { code: 'unknown_generation', module: 'm', number: 9 } }))
})
