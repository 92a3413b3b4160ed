import { availableParallelism } from 'node:os'
import { soakChurn } from './churn.ts'

/** The history of a generation, with its manifest and its purge. */
const GROWTH_PER_SECOND_BYTES = 6_144
const GROWTH_MAX_BYTES = 6 * 2 ** 20

const [minutes = '60', schedulers = String(availableParallelism())] = process.argv.slice(2)
const seconds = Math.round(Number(minutes) * 60)
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`
const readings = await soakChurn({
  seconds,
  everySeconds: Math.max(10, Math.round(seconds / 60)),
  schedulers: Number(schedulers),
  onReading: ({ second, mainBytes, schedulerBytes, processes, rssBytes, answered, failed, late }) =>
    console.log(
      `${second} s: main thread ${megabytes(mainBytes)}, schedulers ${megabytes(schedulerBytes)}, process ${megabytes(rssBytes)}, ${processes} processes, ${answered} calls answered, ${failed} wrong, ${late} loads refused for want of time`,
    ),
})
const [first, last] = [readings[Math.min(1, readings.length - 1)], readings.at(-1)]
if (first === undefined || last === undefined) throw new Error('nothing was measured: ten seconds at least')
const allowed = GROWTH_MAX_BYTES + (last.second - first.second) * GROWTH_PER_SECOND_BYTES
const grown = Math.max(last.mainBytes - first.mainBytes, last.schedulerBytes - first.schedulerBytes)
console.log(`grown since ${first.second} s: ${megabytes(grown)}, allowed ${megabytes(allowed)}`)
process.exitCode = grown > allowed || last.failed > 0 ? 1 : 0
