/** One method of a nanosecond, called in a loop: the most that a check at an entry can cost. */
class Counter {
  received = 0
  take({ value }: { value: number }): number {
    this.received++
    return (value + 1) % 4
  }
}

function repeat(counters: readonly Counter[], packet: { value: number }, times: number): number {
  let next = 0
  for (let i = 0; i < times; i++) next = (counters[next] as Counter).take(packet)
  return next
}

export function run(): number {
  const counters = [new Counter()]
  const packet = { value: 7 }
  let sum = 0
  for (let round = 0; round < 500; round++) sum += repeat(counters, packet, 20_000)
  return sum + (counters[0] as Counter).received
}
