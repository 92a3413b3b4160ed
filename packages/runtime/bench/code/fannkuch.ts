/** Permutations in small arrays: short inner loops. After the benchmarks game. */
function fannkuch(n: number): number {
  const permutation = Array.from({ length: n }, () => 0)
  const first = Array.from({ length: n }, (_, i) => i)
  const count = Array.from({ length: n }, () => 0)
  let most = 0
  let checksum = 0
  let number = 0
  let r = n
  for (;;) {
    while (r !== 1) {
      count[r - 1] = r
      r--
    }
    for (let i = 0; i < n; i++) permutation[i] = first[i] as number
    let flips = 0
    for (let k = permutation[0] as number; k !== 0; k = permutation[0] as number) {
      const half = (k + 1) >> 1
      for (let i = 0; i < half; i++) {
        const swapped = permutation[i] as number
        permutation[i] = permutation[k - i] as number
        permutation[k - i] = swapped
      }
      flips++
    }
    most = Math.max(most, flips)
    checksum += number % 2 === 0 ? flips : -flips
    for (;;) {
      if (r === n) return checksum * 100 + most
      const head = first[0] as number
      for (let i = 0; i < r; i++) first[i] = first[i + 1] as number
      first[r] = head
      count[r] = (count[r] as number) - 1
      if ((count[r] as number) > 0) break
      r++
    }
    number++
  }
}

export function run(): number {
  return fannkuch(9)
}
