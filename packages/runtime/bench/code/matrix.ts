/** Three nested loops over numbers. */
function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let k = 0; k < n; k++) sum += (a[i * n + k] as number) * (b[k * n + j] as number)
      out[i * n + j] = sum
    }
  }
  return out
}

export function run(): number {
  const n = 220
  const a = Float64Array.from({ length: n * n }, (_, i) => i % 17)
  const b = Float64Array.from({ length: n * n }, (_, i) => i % 13)
  return product(product(a, b, n), b, n)[n + 1] as number
}
