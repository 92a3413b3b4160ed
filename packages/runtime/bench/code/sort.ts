/** Sorting with a comparator, and a quicksort by hand. */
function numbers(length: number): number[] {
  let random = 42
  return Array.from({ length }, () => (random = (Math.imul(random, 1_664_525) + 1_013_904_223) | 0))
}

function quicksort(list: number[], low: number, high: number): void {
  if (low >= high) return
  const pivot = list[(low + high) >> 1] as number
  let [i, j] = [low, high]
  while (i <= j) {
    while ((list[i] as number) < pivot) i++
    while ((list[j] as number) > pivot) j--
    if (i <= j) {
      const swapped = list[i] as number
      list[i++] = list[j] as number
      list[j--] = swapped
    }
  }
  quicksort(list, low, j)
  quicksort(list, i, high)
}

export function run(): number {
  const byHand = numbers(300_000)
  quicksort(byHand, 0, byHand.length - 1)
  const compared = numbers(60_000).sort((a, b) => a - b)
  return (byHand[1_000] as number) + (compared[1_000] as number)
}
