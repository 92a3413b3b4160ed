import { parseArgs } from 'node:util'
import { checkPrograms } from './check-programs.ts'

const HELP = `npm run conformance -- generated [--runs 1000] [--seed S] [--shrink]
Generated programs, run by Node and through the compiler on a scheduler: results, errors and order of effects, tick for tick.
--shrink looks for a smaller program that fails, which takes minutes.`

/** Exit code: 0 no difference, 1 one. */
export async function runGenerated(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '1000' },
      seed: { type: 'string', default: String(Date.now() & 0x7fff_ffff) },
      shrink: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const seed = Number(values.seed)
  console.log(`seed ${seed}`)
  const checked = await checkPrograms({ runs: Number(values.runs), seed, shrink: values.shrink })
  if (checked.failure === undefined) {
    console.log(`${checked.runs} programs, no difference (${checked.unhandled} not compared: they leave a rejection to nobody)`)
    return 0
  }
  const { source, why } = checked.failure
  console.log(`${source}\n${why}\nagain: npm run conformance -- generated --runs ${values.runs} --seed ${seed}`)
  return 1
}
