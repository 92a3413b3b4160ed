import { DIFFERENCES, type Difference, type Meeting } from './differences.ts'
import { inDefinedOrder } from './message-order.ts'
import type { Operation, Step, Transcript } from './operations.ts'

/** A listed difference that a sequence met, and at which step. */
export interface Met {
  readonly difference: Difference
  readonly at: number
}

export type Comparison =
  | {
      readonly status: 'same'
      readonly met: readonly Met[] /** Steps compared: fewer than there are where the states had to part. */
      readonly compared: number
    }
  | { readonly status: 'different'; readonly met: readonly Met[]; readonly at: number }

/** Holds both transcripts against each other, step by step, up to the first difference that is not listed or after which the two states are not the same. */
export function compareTranscripts(operations: readonly Operation[], ours: Transcript, theirs: Transcript): Comparison {
  const met: Met[] = []
  let before: Step | undefined
  for (const [at, operation] of operations.entries()) {
    const our = ours[at]
    const their = theirs[at]
    if (our === undefined || their === undefined) return { status: 'different', met, at }
    if (!sameStep(our, their)) {
      const meeting: Meeting = { operation, ours: our, theirs: their, before, earlier: operations.slice(0, at) }
      const difference = DIFFERENCES.find((listed) => listed.explains(meeting))
      if (difference === undefined) return { status: 'different', met, at }
      met.push({ difference, at })
      if (!sameState(our, their)) return { status: 'same', met, compared: at + 1 }
      if (difference.parts) return { status: 'same', met, compared: at + 1 }
    }
    before = their
  }
  return { status: 'same', met, compared: operations.length }
}

function sameStep(our: Step, their: Step): boolean {
  return our.who === their.who && inDefinedOrder(our.outcome) === inDefinedOrder(their.outcome) && sameState(our, their)
}

function sameState(our: Step, their: Step): boolean {
  return our.a === their.a && our.b === their.b && our.alive === their.alive && our.downs === their.downs
}
