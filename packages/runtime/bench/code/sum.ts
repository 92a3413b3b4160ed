/** A loop that does nearly nothing: checks cost most here. */
function sumTo(n: number, start: number): number {
  let sum = start
  for (let i = 0; i < n; i++) sum = (sum + i) | 0
  return sum
}

export function run(): number {
  let sum = 0
  for (let round = 0; round < 500; round++) sum = sumTo(100_000, sum)
  return sum
}
