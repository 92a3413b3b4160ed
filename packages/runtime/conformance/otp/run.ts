import { parseArgs } from 'node:util'
import { CALL_MATRIX } from './call-matrix.ts'
import type { Case } from './case.ts'
import { compareTranscripts } from './compare.ts'
import { FACTS } from './facts.ts'
import { LOADS_BY_STATE } from './load-facts.ts'
import { recordSequences } from './recorded.ts'
import { ErlangSide, requireErlang } from './erlang-side.ts'
import { generateSequence, seedOf } from './generate.ts'
import type { Operation } from './operations.ts'
import { formatFailure, Tally } from './report.ts'
import { shrinkSequence } from './shrink.ts'
import { StrataSide } from './strata-side.ts'

const HELP = `usage: npm run conformance -- otp [--runs N] [--seed N] [--trials] [--only SEED]

Random sequences of load, spawn, call, purge, delete, kill, link, monitor … on this runtime and on real Erlang/OTP, step by step the same.

  --runs N     random sequences, besides the cases of single facts and the call matrix (default 2000)
  --seed N     of the run; a run with the same seed has the same sequences (default: a new one, printed)
  --only SEED  one sequence, by the seed that a failure names
  --coverage   how often each operation had each outcome
  --record     writes recorded.json, which the tests hold Strata against where no Erlang is
  --trials     each load evaluates its body on trial first, in a thread of its own (ten times slower)`

/** Runtimes of ours beside each other: each waits most of its time for an answer of its thread. */
const LANES = 3
/** Failures that are reduced to their core and shown. */
const SHOWN_MAX = 5

interface Failure extends Case {
  readonly at: number
}

/** 0 no difference outside the list, 1 there are some, 2 it could not run. */
export async function runOtp(args: readonly string[]): Promise<number> {
  const values = readFlags(args)
  const runs = Number(values?.runs)
  const run = values?.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed)
  if (values === undefined || ![runs, run, Number(values.only ?? 0)].every((number) => Number.isSafeInteger(number) && number >= 0)) {
    console.error(HELP)
    return 2
  }
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const erlang = requireErlang()
  if (erlang.status === 'missing') {
    console.error(`conformance: there is no Erlang/OTP to compare with: ${erlang.what}`)
    return 2
  }
  if (values.record) {
    await recordSequences()
    return 0
  }
  const cases =
    values.only === undefined
      ? [...FACTS, ...LOADS_BY_STATE, ...CALL_MATRIX, ...Array.from({ length: runs }, (_, index) => caseOf(seedOf(run, index)))]
      : [caseOf(Number(values.only))]
  return compareCases(cases, run, values)
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        runs: { type: 'string', default: '2000' },
        seed: { type: 'string' },
        only: { type: 'string' },
        trials: { type: 'boolean', default: false },
        coverage: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch {
    return undefined
  }
}

function caseOf(seed: number): Case {
  return { name: `seed ${seed}`, operations: generateSequence(seed) }
}

async function compareCases(
  cases: readonly Case[],
  run: number,
  { trials, coverage }: { readonly trials: boolean; readonly coverage: boolean },
): Promise<number> {
  const theirs = new ErlangSide()
  const lanes = Array.from({ length: LANES }, () => new StrataSide({ trials }))
  try {
    const release = await theirs.ready()
    console.log(`${cases.length} sequences, run seed ${run}, against Erlang/OTP ${release}`)
    const startedAt = performance.now()
    const tally = new Tally()
    const failures: Failure[] = []
    const waiting = cases.values()
    const work = async (ours: StrataSide): Promise<void> => {
      for (const one of waiting) {
        const asked = theirs.run(one.operations)
        const transcript = await ours.run(one.operations)
        const comparison = compareTranscripts(one.operations, transcript, await asked)
        tally.add(one, transcript, comparison)
        if (comparison.status === 'different') failures.push({ ...one, at: comparison.at })
      }
    }
    await Promise.all(lanes.map(work))
    const took = (performance.now() - startedAt) / 1_000
    for (const failure of failures.slice(0, SHOWN_MAX)) console.log(await explain(failure, lanes[0]!, theirs))
    if (coverage) console.log(tally.describeCoverage())
    console.log(tally.describe(took))
    return failures.length === 0 ? 0 : 1
  } finally {
    theirs.stop()
    await Promise.all(lanes.map((lane) => lane.stop()))
  }
}

/** The smallest sequence that differs, and what each side said. */
async function explain(failure: Failure, ours: StrataSide, theirs: ErlangSide): Promise<string> {
  const differs = async (candidate: readonly Operation[]): Promise<boolean> => {
    const asked = theirs.run(candidate)
    return compareTranscripts(candidate, await ours.run(candidate), await asked).status === 'different'
  }
  const smallest = await shrinkSequence(failure.operations.slice(0, failure.at + 1), differs)
  const asked = theirs.run(smallest)
  return formatFailure(failure.name, smallest, await ours.run(smallest), await asked)
}
