/** A kind of test that compiled code is known not to pass, with the reason; SPEC.md lists the kinds under COMP5. */
export interface Difference {
  readonly kind: string
  readonly reason: string
  /** Matched against the test's path. */
  readonly paths: readonly RegExp[]
}

export const DIFFERENCES: readonly Difference[] = []

export function differenceOf(path: string): Difference | undefined {
  return DIFFERENCES.find(({ paths }) => paths.some((pattern) => pattern.test(path)))
}
