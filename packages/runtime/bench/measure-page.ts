import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createEngine } from '@strata/runtime'
import type { Pid } from '@strata/runtime'

// Prints a line for each measurement: `page` with milliseconds by the wall's clock, twice; `cost` with round trips a second alone and while pages are read.
const PROCESSES = 100_000
const ROUNDS = 6
const ROUND_MS = 3_000
const PAGE_EVERY_MS = 1_000
const DEADLINE_MS = 60_000
const BY = { actor: 'bench', reason: '' }

const engine = await createEngine({ folder: join(import.meta.dirname, 'page'), isolation: 'thread', schedulers: 1, typesWaitMs: 0 })
const pid = await engine.spawn({ module: 'crowd', export: 'start' }, BY)
const busy = (await engine.call(pid, { count: PROCESSES }, DEADLINE_MS)) as Pid
await rate(false)
for (let round = 0; round < ROUNDS; round++) {
  // In turns, the other way round each time, so that neither has the machine's better moments.
  const first = round % 2 === 0
  const [a, b] = [await rate(!first), await rate(first)]
  console.log(`cost ${first ? a : b} ${first ? b : a}`)
}
await engine.stop()

/** Round trips for each second of the round's time. */
async function rate(watched: boolean): Promise<number> {
  const [before, startedAt] = [await count(), performance.now()]
  for (let passed = 0; passed < ROUND_MS; passed += PAGE_EVERY_MS) {
    if (watched) {
      const askedAt = performance.now()
      await engine.processes({ sort: 'reductions', descending: true, limit: 100 })
      console.log(`page ${performance.now() - askedAt} ${performance.now() - askedAt}`)
    }
    await setTimeout(PAGE_EVERY_MS)
  }
  return ((await count()) - before) / ((performance.now() - startedAt) / 1_000)
}

async function count(): Promise<number> {
  return (await engine.call(busy, { type: 'count' }, DEADLINE_MS)) as number
}
