import { soakGenerations, type HeapReading } from './generations.ts'

// `npm run soak -- generations [COUNT]`, which starts this with `--max-old-space-size=128`: the heaps must be as large at the end as near the beginning.

/** What caches and the history of each generation may take: 4 kB a generation, and 4 MB at once. */
const GROWTH_PER_GENERATION_BYTES = 4_096
const GROWTH_MAX_BYTES = 4 * 2 ** 20

const [count = '2000', sourceBytes = '300000', every = '100', format] = process.argv.slice(2)
const isJson = format === '--json'
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`

function tell({ generation, mainBytes, schedulerBytes, reclaimed, rssBytes }: HeapReading): void {
  if (isJson) return
  console.log(
    `${generation} generations: main thread ${megabytes(mainBytes)}, scheduler ${megabytes(schedulerBytes)}, ${reclaimed} confirmed free, process ${megabytes(rssBytes)}`,
  )
}

const readings = await soakGenerations({
  generations: Number(count),
  every: Math.min(Number(every), Number(count)),
  sourceBytes: Number(sourceBytes),
  onReading: tell,
})
const [first, last] = [readings[Math.min(1, readings.length - 1)], readings.at(-1)]
if (first === undefined || last === undefined) throw new Error('nothing was measured')
const allowed = GROWTH_MAX_BYTES + (last.generation - first.generation) * GROWTH_PER_GENERATION_BYTES
const grown = Math.max(last.mainBytes - first.mainBytes, last.schedulerBytes - first.schedulerBytes)
console.log(isJson ? JSON.stringify(readings) : `grown since ${first.generation}: ${megabytes(grown)}, allowed ${megabytes(allowed)}`)
process.exitCode = grown > allowed ? 1 : 0
