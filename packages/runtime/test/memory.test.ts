import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const execute = promisify(execFile)

const GENERATIONS = 30
/** Source, code, map and functions of one generation of 100 kB take more than 400 kB: less than a tenth of that may stay. */
const STAYS_MAX_BYTES = 40_000

test('PIN7 generation after generation of a big module leaves both heaps as they were', async () => {
  const script = new URL('../soak/main.ts', import.meta.url).pathname
  const args = ['--disable-warning=ExperimentalWarning', '--max-old-space-size=128', script, String(GENERATIONS), '100000', '10', '--json']
  const { stdout } = await execute(process.execPath, args, { timeout: 240_000 })
  const readings = JSON.parse(stdout) as { generation: number; mainBytes: number; schedulerBytes: number; reclaimed: number }[]
  const [, early] = readings
  const late = readings.at(-1)
  if (early === undefined || late === undefined) throw new Error('nothing was measured')
  const loads = late.generation - early.generation
  expect((late.mainBytes - early.mainBytes) / loads).toBeLessThan(STAYS_MAX_BYTES)
  expect((late.schedulerBytes - early.schedulerBytes) / loads).toBeLessThan(STAYS_MAX_BYTES)
  // All but the last ones, which no collection has seen yet.
  expect(late.reclaimed).toBeGreaterThanOrEqual(GENERATIONS - 4)
}, 300_000)
