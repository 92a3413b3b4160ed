import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Job } from './child.ts'
import { listTests } from './chapters.ts'
import { differenceOf } from './differences.ts'
import { findSuite } from './find-suite.ts'
import { runJobs } from './pool.ts'
import { placementsOf, readTest } from './read-test.ts'

const HELP = `usage: npm run conformance -- ecmascript [--suite DIR] [--only PATH] [--verbose]

Runs the ECMAScript conformance suite twice, as a module of Node's own and through our compiler on a scheduler, and compares. What Node passes,
compiled code must pass, except what SPEC.md lists.

  --suite DIR   the suite, a checkout of tc39/test262; without it one is kept in node_modules/.cache, fetched with apt at the first run
  --only PATH   tests whose path contains PATH
  --verbose     name the listed differences, too
`

/** Progress is told each so-many jobs. */
const TELL_EVERY = 2_000

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
    placementsOf(readTest(folder, path)).map((placement) => ({ path, placement })),
  )
  const width = Math.min(2, availableParallelism())
  const side = async (name: Job['side'], list: readonly (typeof places)[number][]) =>
    await runJobs(
      folder,
      list.map((place) => ({ side: name, ...place })),
      width,
      (done) => {
        if (done % TELL_EVERY === 0) process.stderr.write(`${name}: ${done} of ${list.length}\n`)
      },
    )
  const native = await side('native', places)
  const chosen = places.filter((_, index) => native[index]?.status === 'passed')
  const compiled = await side('compiled', chosen)

  const listed: string[] = []
  const unexpected: string[] = []
  const stale = new Set<string>()
  chosen.forEach(({ path, placement }, index) => {
    const outcome = compiled[index]
    const difference = differenceOf(path)
    if (outcome?.status !== 'failed') return
    const line = `${path} (${placement}): ${outcome.why}`
    if (difference === undefined) unexpected.push(line)
    else listed.push(`[${difference.kind}] ${line}`)
  })
  if (values.verbose) for (const line of listed) console.log(line)
  for (const line of unexpected) console.log(`unexpected: ${line}`)
  const kinds = new Map<string, number>()
  for (const line of listed) {
    const kind = line.slice(1, line.indexOf(']'))
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  for (const [kind, count] of kinds) console.log(`listed: ${count} ${kind}`)
  void stale
  console.log(
    `${places.length} run, ${chosen.length} pass natively, ${chosen.length - listed.length - unexpected.length} pass compiled, ${listed.length} listed, ${unexpected.length} unexpected`,
  )
  return unexpected.length === 0 ? 0 : 1
}
