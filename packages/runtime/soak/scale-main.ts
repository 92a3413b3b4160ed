import { availableParallelism } from 'node:os'
import { soakScale } from './scale.ts'

const [processes = '1000000', schedulers = String(availableParallelism())] = process.argv.slice(2)
console.log(`${processes} processes on ${schedulers} schedulers, a tenth of them pinning 50 generations`)
await soakScale({
  processes: Number(processes),
  schedulers: Number(schedulers),
  tell: ({ what, value, unit }) => console.log(`${what}: ${value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`),
})
