import { join } from 'node:path'
import { createEngine } from '@strata/runtime'
import { REPEATS, WORKLOADS } from './workloads.ts'

// One run on a fresh engine with one scheduler. Prints a line for each measurement: name, nanoseconds by the wall's clock and of processor time for
// one, all threads of this OS process counted; for memory bytes for one, twice.
const DEADLINE_MS = 120_000
const BY = { actor: 'bench', reason: '' }
const wanted = process.argv[2]

await withSystem('system', 'bench', async (call) => {
  for (const { name, unit, count } of WORKLOADS) {
    if (unit === 'bytes' || (wanted !== undefined && wanted !== name)) continue
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const startedAt = performance.now()
      const before = process.cpuUsage()
      await call({ name, count })
      const { user, system } = process.cpuUsage(before)
      console.log(`${name} ${((performance.now() - startedAt) * 1e6) / count} ${((user + system) * 1e3) / count}`)
    }
  }
})
await withSystem('memory', 'idle', async (call) => {
  for (const { name, unit, count } of WORKLOADS) {
    if (unit !== 'bytes' || (wanted !== undefined && wanted !== name)) continue
    const bytes = await call({ count })
    console.log(`${name} ${String(bytes)} ${String(bytes)}`)
  }
})

async function withSystem(
  folder: string,
  module: string,
  measure: (call: (request: object) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const engine = await createEngine({ folder: join(import.meta.dirname, folder), isolation: 'thread', typesWaitMs: 0, schedulers: 1 })
  const pid = await engine.spawn({ module, export: 'start' }, BY)
  await measure((request) => engine.call(pid, request, DEADLINE_MS))
  await engine.stop()
}
