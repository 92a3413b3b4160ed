/** Recursion: an entry check for each call. */
function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2)
}

export function run(): number {
  return fib(32)
}
