import v8 from 'node:v8'
import { expect, test } from 'vitest'
import { createTestScheduler } from '../../testing/index.ts'
import { findRetainers } from './find-retainers.ts'
import { SnapshotReader, type HeapGraph } from './read-snapshot.ts'

const API = `import { receive } from '@strata/runtime/process'
`
const LIB = `export function make() { return function kept(how) { if (how) throw new Error(how); return 1 } }`

/** Each keeps a function of a lib of its own, in its own way. */
const KEEPERS: Record<string, string> = {
  none: `export async function main() { make() }`,
  state: `const handlers = new Map()\nexport async function main() { handlers.set('x', { f: make() }) }`,
  global: `export async function main() { globalThis.strataLeak = { inner: [make()] } }`,
  listener: `export async function main() { process.on('SIGUSR2', make()) }`,
  process: `export async function main() { const mine = make(); await receive(); mine() }`,
  error: `const errors = []\nexport async function main() { try { make()('unread') } catch (e) { errors.push(e) } }`,
}

async function readHeap(): Promise<{ graph: HeapGraph; chunks: Buffer[] }> {
  const reader = new SnapshotReader()
  const chunks: Buffer[] = []
  for await (const chunk of v8.getHeapSnapshot() as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    reader.push(chunk)
  }
  return { graph: reader.end(), chunks }
}

test('PIN7 a heap snapshot tells who keeps purged code, and by which way', async () => {
  const names = Object.keys(KEEPERS)
  const t = createTestScheduler({
    modules: Object.fromEntries(
      names.flatMap((name) => [
        [`lib-${name}`, API + LIB],
        [`keeper-${name}`, `${API}import { make } from './lib-${name}.ts'\n${KEEPERS[name]}`],
      ]),
    ),
  })
  try {
    for (const name of names) t.spawn(`keeper-${name}`, 'main')
    await t.runUntilIdle()
    t.load(Object.fromEntries(names.map((name) => [`lib-${name}`, 'export const other = 1'])))
    for (const name of names) t.table.remove({ module: `lib-${name}`, number: 1 })
    await t.runUntilIdle()
    const { graph, chunks } = await readHeap()
    const holders = Object.fromEntries(names.map((name) => [name, findRetainers(graph, `lib-${name}@1`).map(({ by }) => by)]))
    expect(holders).toEqual({
      none: [],
      state: ['module state of keeper-state@1'],
      global: ['the global "strataLeak"'],
      listener: ['a listener of process for "SIGUSR2"'],
      process: [expect.stringMatching(/^process 1\.\d+$/)],
      error: ['module state of keeper-error@1'],
    })
    expect(findRetainers(graph, 'lib-state@1')[0]).toMatchObject({
      steps: ['variable handlers: Map', 'Object', 'property f: function kept of lib-state@1'],
      functions: 2,
    })
    // However the stream is cut into chunks.
    const again = new SnapshotReader()
    for (const chunk of chunks.slice(0, 4)) for (const byte of chunk) again.push(Uint8Array.of(byte))
    for (const chunk of chunks.slice(4)) again.push(chunk)
    expect(findRetainers(again.end(), 'lib-state@1')).toEqual(findRetainers(graph, 'lib-state@1'))
  } finally {
    t.stop()
    process.removeAllListeners('SIGUSR2')
    delete (globalThis as { strataLeak?: unknown }).strataLeak
  }
})

test('PIN7 a snapshot that is cut short is refused', () => {
  const reader = new SnapshotReader()
  reader.push(Buffer.from('{"snapshot":{"meta":{"node_fields":["type"'))
  expect(() => reader.end()).toThrow('not whole')
})
