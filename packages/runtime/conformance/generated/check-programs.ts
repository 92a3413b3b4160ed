import fc from 'fast-check'
import { compareProgram } from './compare-program.ts'
import { ProgramWriter } from './program-writer.ts'

export interface Checked {
  readonly seed: number
  readonly runs: number
  /** Programs that left a rejection to nobody: not compared. */
  readonly unhandled: number
  readonly failure: { readonly source: string; readonly why: string } | undefined
}

/** Reductions of one turn when a program is to be paused at every check. */
const PAUSED = 1
const UNPAUSED = 1_000_000

/**
 * Compares generated programs with themselves: those with one thread of control are paused at every check; those with many are compared tick for tick and run
 * in one turn, for a turn's end is not JavaScript's.
 */
export async function checkPrograms({
  runs: numRuns,
  seed,
  shrink = false,
}: {
  readonly runs: number
  readonly seed: number
  readonly shrink?: boolean
}): Promise<Checked> {
  let unhandled = 0
  let runs = 0
  let latest = { source: '', why: '' }
  const property = fc.asyncProperty(fc.gen(), fc.boolean(), async (choices, concurrent) => {
    const source = new ProgramWriter((below) => choices(fc.nat, { max: below - 1 }), { concurrent }).write()
    runs++
    const outcome = await compareProgram(source, concurrent ? UNPAUSED : PAUSED).catch((error: unknown) => ({ why: String(error) }))
    if (outcome === 'same') return true
    if (outcome === 'unhandled') {
      unhandled++
      return true
    }
    latest = { source, why: outcome.why }
    return false
  })
  const details = await fc.check(property, { seed, numRuns, endOnFailure: !shrink })
  return { seed, runs, unhandled, failure: details.failed ? latest : undefined }
}
