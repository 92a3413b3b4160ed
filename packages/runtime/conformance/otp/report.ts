import type { Comparison } from './compare.ts'
import { DIFFERENCES } from './differences.ts'
import { formatOperation, formatStep, type Operation, type Step, type Transcript } from './operations.ts'

/** A sequence that differs, with both transcripts under each step. */
export function formatFailure(name: string, operations: readonly Operation[], ours: Transcript, theirs: Transcript): string {
  const lines = operations.flatMap((operation, at) => {
    const our = ours[at]
    const their = theirs[at]
    const head = `  ${formatOperation(operation, their?.who)}`
    if (our === undefined || their === undefined) return [head]
    if (isSame(our, their)) return [head, `      both    ${formatStep(our)}`]
    return [head, `    ! Strata  ${formatStep(our)}`, `    ! OTP     ${formatStep(their)}`]
  })
  return [`${name} differs; reduced to ${operations.length} steps:`, ...lines, `  ${JSON.stringify(operations)}`, ''].join('\n')
}

function isSame(one: Step, other: Step): boolean {
  return formatStep(one) === formatStep(other)
}

/** What a run has seen. */
export class Tally {
  #sequences = 0
  #steps = 0
  #parted = 0
  #different = 0
  readonly #met = new Map<string, number>()
  /** Steps by operation and kind of outcome. */
  readonly #seen = new Map<string, number>()

  add({ operations }: { readonly operations: readonly Operation[] }, transcript: Transcript, comparison: Comparison): void {
    const compared = comparison.status === 'same' ? comparison.compared : comparison.at
    this.#sequences++
    this.#steps += compared
    if (comparison.status === 'different') this.#different++
    else if (compared < operations.length) this.#parted++
    for (const { difference } of comparison.met) count(this.#met, difference.id)
    for (const [at, operation] of operations.slice(0, compared).entries()) {
      const step = transcript[at]
      if (step !== undefined) count(this.#seen, kindOf(operation, step))
    }
  }

  describe(seconds: number): string {
    const listed = DIFFERENCES.map(
      ({ id, facts, why }) => `  ${String(this.#met.get(id) ?? 0).padStart(6)}  ${id} (${facts.join(', ')}): ${why}`,
    )
    return [
      `${this.#sequences} sequences, ${this.#steps} steps compared in ${seconds.toFixed(1)} s; ${this.#seen.size} kinds of step; ${this.#parted} sequences ended at a listed difference`,
      'Listed differences met:',
      ...listed,
      this.#different === 0 ? 'no other difference' : `${this.#different} sequences DIFFER`,
    ].join('\n')
  }

  describeCoverage(): string {
    return [...this.#seen]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([kind, times]) => `  ${String(times).padStart(6)}  ${kind}`)
      .join('\n')
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** The operation without its operands, and its outcome without numbers. */
function kindOf(operation: Operation, { outcome, downs }: Step): string {
  const verb = operation[0] === 'do' ? operation[2] : operation[0]
  const way = operation.find((part) => ['load_module', 'load_file', 'load_binary', 'l', 'soft'].includes(String(part))) ?? ''
  const shown = outcome.startsWith('links')
    ? 'shown'
    : outcome.startsWith('[')
      ? outcome === '[]'
        ? 'nothing'
        : 'messages'
      : outcome.replaceAll(/\d+/g, 'n')
  const ends = new Set(downs.split(',').map((down) => down.replace(/^p\d+:/, '')))
  return `${verb} ${way}`.trim() + ` → ${shown}${downs === '' ? '' : `, ends with ${[...ends].toSorted().join(' and ')}`}`
}
