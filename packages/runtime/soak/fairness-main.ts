import { soakFairness } from './fairness.ts'

const [busy = '1000'] = process.argv.slice(2)
for (const { where, medianMs, p99Ms } of await soakFairness(Number(busy)))
  console.log(`${where}: median ${medianMs.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`)
