/** How one test went. `failed` says why, in a line. */
export type Outcome = { readonly status: 'passed' } | { readonly status: 'failed'; readonly why: string }

export const PASSED: Outcome = { status: 'passed' }

export function failed(why: string): Outcome {
  return { status: 'failed', why: why.split('\n', 1)[0] ?? '' }
}

/** A thrown value in a line. Tests throw what cannot be read, too. */
export function describeThrown(error: unknown): string {
  try {
    if (typeof error !== 'object' || error === null) return String(error)
    const { name, message, constructor } = error as { name?: unknown; message?: unknown; constructor?: { name?: unknown } }
    return `${String(name ?? constructor?.name)}: ${String(message)}`
  } catch {
    return 'what cannot be read'
  }
}

/** Whether a thrown value is of the kind that a negative test asks for. */
export function isOfKind(error: unknown, type: string): boolean {
  return typeof error === 'object' && error !== null && (error as { constructor?: { name?: unknown } }).constructor?.name === type
}
