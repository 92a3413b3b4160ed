import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Job } from './child.ts'
import { listTests } from './chapters.ts'
import { DIFFERENCES, differenceOf } from './differences.ts'
import type { Difference } from './differences.ts'
import { findSuite } from './find-suite.ts'
import type { Outcome } from './outcome.ts'
import { JOBS_PER_CHILD, runJobs } from './pool.ts'
import { placementsOf, readTest } from './read-test.ts'
import type { Placement } from './read-test.ts'

const HELP = `usage: npm run conformance -- ecmascript [--suite DIR] [--only PATH] [--verbose]

Runs the ECMAScript conformance suite twice, as a module of Node's own and through our compiler on a scheduler, and compares. What Node passes,
compiled code must pass, except what SPEC.md lists.

  --suite DIR   the suite, a checkout of tc39/test262; without it one is kept in node_modules/.cache, fetched with apt at the first run
  --only PATH   tests whose path contains PATH
  --verbose     name the listed differences, too
`

/** Progress is told each so-many jobs. */
const TELL_EVERY = 2_000

/** Tests at once: the machine's processors, two at most. */
const WIDTH = Math.min(2, availableParallelism())

interface Place {
  readonly path: string
  readonly placement: Placement
}

interface Failure {
  readonly place: Place
  readonly why: string
  readonly difference: Difference | undefined
}

function runSide(folder: string, side: Job['side'], places: readonly Place[], jobsPerChild: number): Promise<Outcome[]> {
  const tell = (done: number): void => {
    if (done % TELL_EVERY === 0) process.stderr.write(`${side}: ${done} of ${places.length}\n`)
  }
  const jobs = places.map((place): Job => ({ side, ...place }))
  return runJobs(folder, jobs, { width: WIDTH, jobsPerChild, tell })
}

function failuresOf(places: readonly Place[], outcomes: readonly Outcome[]): Failure[] {
  return places.flatMap((place, index) => {
    const outcome = outcomes[index]
    return outcome?.status === 'failed' ? [{ place, why: outcome.why, difference: differenceOf(place.path) }] : []
  })
}

/** The verb `ecmascript`: 0 when nothing unexpected was seen, 1 otherwise, 2 when it could not run. */
export async function runEcmascript(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { suite: { type: 'string' }, only: { type: 'string', default: '' }, verbose: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const found = await findSuite(values.suite === undefined ? undefined : resolve(values.suite))
  if ('problem' in found) {
    console.error(`strata: ${found.problem}`)
    return 2
  }
  const { folder } = found
  const places = listTests(folder, values.only).flatMap((path) =>
    placementsOf(readTest(folder, path)).map((placement): Place => ({ path, placement })),
  )
  const native = await runSide(folder, 'native', places, JOBS_PER_CHILD)
  const chosen = places.filter((_, index) => native[index]?.status === 'passed')
  if (chosen.length === 0) {
    console.error('strata: Node itself passes none of these tests: there is nothing to compare.')
    return 2
  }
  const failures = failuresOf(chosen, await runSide(folder, 'compiled', chosen, JOBS_PER_CHILD))
  const listed = failures.filter(({ difference }) => difference !== undefined)
  // Tests that others have gone before may find traces of these: alone a test has a realm of its own.
  const doubtful = failures.filter(({ difference }) => difference === undefined).map(({ place }) => place)
  const unexpected = failuresOf(doubtful, await runSide(folder, 'compiled', doubtful, 1))

  const line = ({ place, why }: Failure): string => `${place.path} (${place.placement}): ${why}`
  for (const { kind, reason } of DIFFERENCES) {
    const those = listed.filter(({ difference }) => difference?.kind === kind)
    if (those.length === 0) continue
    console.log(`listed: ${those.length} ${kind}: ${reason}`)
    if (values.verbose) for (const failure of those) console.log(`  ${line(failure)}`)
  }
  for (const failure of unexpected) console.log(`unexpected: ${line(failure)}`)
  const passed = chosen.length - listed.length - unexpected.length
  console.log(
    `${places.length} run, ${chosen.length} pass natively, ${passed} pass compiled, ${listed.length} listed, ${unexpected.length} unexpected`,
  )
  return unexpected.length === 0 ? 0 : 1
}
