import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CALL_MATRIX } from './call-matrix.ts'
import type { Case } from './case.ts'
import { ErlangSide } from './erlang-side.ts'
import { generateSequence, seedOf } from './generate.ts'
import { FACTS } from './facts.ts'
import { LOADS_BY_STATE } from './load-facts.ts'
import type { Step, Transcript } from './operations.ts'

const FILE = join(import.meta.dirname, 'recorded.json')
/** Random sequences that are recorded, of run 25; the call matrix, and loads in each state, for one way to load. */
const RECORDED_RUN = 25
const RECORDED_SEQUENCES = 60
const RECORDED_WAY = 'load_binary'

interface Recorded extends Case {
  readonly transcript: Transcript
}

/** One sequence a line, a step as its fields in the order of `Step`. */
type Line = readonly [
  name: string,
  operations: Case['operations'],
  steps: readonly (readonly [string, string, string, string, string, string])[],
]

/** What real Erlang/OTP showed, from `npm run conformance -- otp --record`. */
export function readRecorded(): { readonly release: string; readonly sequences: readonly Recorded[] } {
  const { release, sequences } = JSON.parse(readFileSync(FILE, 'utf8')) as { release: string; sequences: readonly Line[] }
  return {
    release,
    sequences: sequences.map(([name, operations, steps]) => ({
      name,
      operations,
      transcript: steps.map(([who, outcome, a, b, alive, downs]): Step => ({ who, outcome, a, b, alive, downs })),
    })),
  }
}

/** Asks the Erlang of this machine and writes what it shows. */
export async function recordSequences(): Promise<void> {
  const erlang = new ErlangSide()
  try {
    const release = await erlang.ready()
    const random = Array.from({ length: RECORDED_SEQUENCES }, (_, index): Case => {
      const seed = seedOf(RECORDED_RUN, index)
      return { name: `seed ${seed}`, operations: generateSequence(seed) }
    })
    const lines: string[] = []
    for (const { name, operations } of [
      ...FACTS,
      ...LOADS_BY_STATE.filter((one) => one.name.includes(` ${RECORDED_WAY} `)),
      ...CALL_MATRIX.filter((one) => one.name.endsWith(RECORDED_WAY)),
      ...random,
    ]) {
      const steps = (await erlang.run(operations)).map(({ who, outcome, a, b, alive, downs }) => [who, outcome, a, b, alive, downs])
      lines.push(JSON.stringify([name, operations, steps]))
    }
    writeFileSync(FILE, `{"release": ${JSON.stringify(release)}, "sequences": [\n${lines.join(',\n')}\n]}\n`)
    console.log(`${lines.length} sequences of Erlang/OTP ${release} are in ${FILE}`)
  } finally {
    erlang.stop()
  }
}
