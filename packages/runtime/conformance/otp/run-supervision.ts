import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { requireErlang } from './erlang-side.ts'
import { generateCase, type SupervisionCase, type SupervisionStep } from './supervision-case.ts'
import { SupervisionErlang } from './supervision-erlang.ts'
import { runOnStrata } from './supervision-strata.ts'

const HELP = `usage: npm run conformance -- supervision [--runs N] [--seed N] [--record]

Random supervisors on this runtime and on real Erlang/OTP: what is started and stopped in which order, what each order answers, who is there, step by step the same.

  --runs N     random cases (default 1000)
  --seed N     the first case's; each has the next (default: a new one, printed)
  --record     writes recorded-supervision.json, which the tests hold Strata against where no Erlang is`

const FILE = join(import.meta.dirname, 'recorded-supervision.json')
const RECORDED_CASES = 150
const SHOWN_MAX = 5

interface RecordedCase {
  readonly one: SupervisionCase
  readonly steps: readonly SupervisionStep[]
}

/** What real Erlang/OTP showed, from `--record`. */
export function readRecordedSupervision(): { readonly release: string; readonly cases: readonly RecordedCase[] } {
  return JSON.parse(readFileSync(FILE, 'utf8')) as { release: string; cases: RecordedCase[] }
}

/** 0 no difference, 1 there are some, 2 it could not run. */
export async function runSupervision(args: readonly string[]): Promise<number> {
  const values = readFlags(args)
  const runs = Number(values?.runs)
  const seed = values?.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed)
  if (values === undefined || ![runs, seed].every((number) => Number.isSafeInteger(number) && number >= 0)) {
    console.error(HELP)
    return 2
  }
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const found = requireErlang()
  if (found.status === 'missing') {
    console.error(`conformance: there is no Erlang/OTP to compare with: ${found.what}`)
    return 2
  }
  const erlang = new SupervisionErlang()
  try {
    const release = await erlang.ready()
    return values.record ? await record(erlang, release) : await compare(erlang, release, runs, seed)
  } finally {
    erlang.stop()
  }
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        runs: { type: 'string', default: '1000' },
        seed: { type: 'string' },
        record: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch {
    return undefined
  }
}

async function compare(erlang: SupervisionErlang, release: string, runs: number, seed: number): Promise<number> {
  console.log(`${runs} cases, from seed ${seed}, against Erlang/OTP ${release}`)
  const startedAt = performance.now()
  let steps = 0
  let different = 0
  for (let index = 0; index < runs; index++) {
    const one = generateCase(seed + index)
    const [ours, theirs] = await Promise.all([runOnStrata(one), erlang.run(one)])
    steps += theirs.length
    const at = theirs.findIndex((step, place) => JSON.stringify(step) !== JSON.stringify(ours[place]))
    if (at === -1) continue
    if (++different <= SHOWN_MAX) console.log(describeDifference(one, at, ours, theirs))
  }
  console.log(`${runs} cases, ${steps} steps, ${different} different, in ${Math.round((performance.now() - startedAt) / 1_000)} s`)
  return different === 0 ? 0 : 1
}

export function describeDifference(
  one: SupervisionCase,
  at: number,
  ours: readonly SupervisionStep[],
  theirs: readonly SupervisionStep[],
): string {
  const { name, strategy, intensity, autoShutdown, children, operations } = one
  const head = `${name}: ${strategy}, intensity ${intensity}, ${autoShutdown}, ${children.map((child) => `${child.id} ${child.restart} ${child.how}${child.significant ? ' significant' : ''}`).join('; ')}`
  const lines = theirs.slice(0, at + 1).flatMap((step, place) => {
    const operation = place === 0 ? 'start' : JSON.stringify(operations[place - 1])
    return place === at
      ? [operation, `  otp     ${step.join(' | ')}`, `  strata  ${ours[place]?.join(' | ')}`]
      : [operation, `  both    ${step.join(' | ')}`]
  })
  return [head, ...lines, ''].join('\n')
}

async function record(erlang: SupervisionErlang, release: string): Promise<number> {
  const lines: string[] = []
  for (let seed = 1; seed <= RECORDED_CASES; seed++) {
    const one = generateCase(seed)
    lines.push(JSON.stringify({ one, steps: await erlang.run(one) }))
  }
  writeFileSync(FILE, `{"release": ${JSON.stringify(release)}, "cases": [\n${lines.join(',\n')}\n]}\n`)
  console.log(`${lines.length} cases of Erlang/OTP ${release} are in ${FILE}`)
  return 0
}
