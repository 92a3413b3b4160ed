import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '../src/index.ts'
import { counter, moveUnderTraffic } from './move-under-traffic.ts'

// `npm run soak -- move [PROCESSES]`: each is moved under traffic with a fault in 1 %; the report has to be exact, and every request answered.

const processes = Number(process.argv[2] ?? '10000')
const ASKERS = 20

const folder = await mkdtemp(join(tmpdir(), 'strata-soak-'))
await writeFile(join(folder, 'counter.ts'), counter(1))
const engine = await createEngine({ folder, isolation: 'process', typesWaitMs: 0 })
try {
  const { outcomes, faulty, requests, wrong, moveMs } = await moveUnderTraffic(engine, processes, ASKERS)
  const pidsWith = (status: string) => outcomes.filter((outcome) => outcome.status === status).map(({ pid }) => pid)
  const isExact =
    outcomes.length === processes && pidsWith('skipped').length === 0 && pidsWith('failed').toSorted().join() === faulty.toSorted().join()
  console.log(
    `${pidsWith('moved').length} of ${processes} moved, ${pidsWith('failed').length} failed, in ${Math.round(moveMs)} ms; ${requests} requests, ${wrong.length} wrong; the report is ${isExact ? 'exact' : 'NOT exact'}`,
  )
  for (const line of wrong.slice(0, 10)) console.log(line)
  process.exitCode = isExact && wrong.length === 0 ? 0 : 1
} finally {
  await engine.stop()
  await rm(folder, { recursive: true, force: true })
}
