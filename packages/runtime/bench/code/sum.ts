/** A loop that does nearly nothing: checks cost most here. */
export function run(): number {
  let sum = 0
  for (let i = 0; i < 30_000_000; i++) sum = (sum + i) | 0
  return sum
}
