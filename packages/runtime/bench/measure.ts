import { join } from 'node:path'
import { createEngine } from '@strata/runtime'
import { REPEATS, WORKLOADS } from './workloads.ts'

// One run on a fresh engine with one scheduler. Prints a line for each measurement: name, then nanoseconds or bytes for one.
const DEADLINE_MS = 120_000

const engine = await createEngine({ folder: join(import.meta.dirname, 'system'), isolation: 'thread' })
const pid = await engine.spawn({ module: 'bench', export: 'start' }, { actor: 'bench', reason: '' })
for (const { name, unit, count } of WORKLOADS) {
  for (let repeat = 0; repeat < (unit === 'bytes' ? 1 : REPEATS); repeat++) {
    console.log(`${name} ${String(await engine.call(pid, { name, count }, DEADLINE_MS))}`)
  }
}
await engine.stop()
