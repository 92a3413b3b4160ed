import type { Operation } from './operations.ts'

/** Candidates that are tried before what is left counts as minimal. */
const TRIES_MAX = 600

/** The shortest sequence found that still `fails`: pieces are left out, larger ones first, then single steps. */
export async function shrinkSequence(
  operations: readonly Operation[],
  fails: (candidate: readonly Operation[]) => Promise<boolean>,
): Promise<readonly Operation[]> {
  let smallest = operations
  let tries = 0
  let size = Math.ceil(operations.length / 2)
  while (tries < TRIES_MAX) {
    let shrunk = false
    for (let start = 0; start < smallest.length && tries < TRIES_MAX; ) {
      const candidate = [...smallest.slice(0, start), ...smallest.slice(start + size)]
      tries++
      if (candidate.length > 0 && (await fails(candidate))) {
        smallest = candidate
        shrunk = true
      } else start += size
    }
    if (size > 1) size = Math.ceil(size / 2)
    else if (!shrunk) break
  }
  return smallest
}
