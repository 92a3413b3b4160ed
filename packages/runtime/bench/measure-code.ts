import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTestScheduler } from '../src/testing/test-scheduler.ts'

// Each program of `code/` as Node runs it and as a process on a scheduler, in turns. Prints a line for each pair: name, milliseconds of processor time plain and compiled.
const FOLDER = join(import.meta.dirname, 'code')
const PAIRS = 9
/** The first only warm up. */
const WARMING = 4

const names = readdirSync(FOLDER).map((file) => file.replace(/\.ts$/, ''))
const modules = Object.fromEntries(names.map((name) => [name, readFileSync(join(FOLDER, `${name}.ts`), 'utf8')]))
const test = createTestScheduler({ modules })
for (const name of names) {
  const { run } = (await import(join(FOLDER, `${name}.ts`))) as { run: () => number }
  for (let pair = 0; pair < PAIRS; pair++) {
    const [expected, plainMs] = timed(run)
    let answer: unknown
    test.scheduler.apply(name, 'run', [], (given) => {
      answer = given
    })
    const [, compiledMs] = timed(() => test.scheduler.run(60_000))
    if (JSON.stringify(answer) !== JSON.stringify({ status: 'answered', value: expected }))
      throw new Error(`${name}: ${JSON.stringify(answer)}`)
    if (pair >= WARMING) console.log(`${name} ${plainMs} ${compiledMs}`)
  }
}
test.stop()

function timed<T>(work: () => T): [T, number] {
  const before = process.cpuUsage()
  const value = work()
  const { user, system } = process.cpuUsage(before)
  return [value, (user + system) / 1e3]
}
