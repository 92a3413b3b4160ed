/** Objects of several classes behind one interface that pass packets on, as in Richards. */
interface Packet {
  kind: number
  value: number
}

abstract class Task {
  protected received = 0
  abstract take(packet: Packet): number
}

class Counter extends Task {
  take({ value }: Packet): number {
    this.received++
    return (value + this.received) % 4
  }
}

class Adder extends Task {
  #sum = 0
  take(packet: Packet): number {
    this.#sum = (this.#sum + packet.value) % 1_009
    packet.value = this.#sum
    return this.#sum % 4
  }
}

class Mixer extends Task {
  take(packet: Packet): number {
    this.received += packet.kind
    packet.value = (packet.value * 31 + this.received) % 4_099
    return packet.value & 3
  }
}

class Idler extends Task {
  take(packet: Packet): number {
    packet.kind = (packet.kind + 1) % 7
    return (packet.kind + packet.value) & 3
  }
}

function passOn(tasks: readonly Task[], packet: Packet, times: number): number {
  let next = 0
  for (let i = 0; i < times; i++) next = (tasks[next] as Task).take(packet)
  return next
}

export function run(): number {
  const tasks: Task[] = [new Counter(), new Adder(), new Mixer(), new Idler()]
  const packet: Packet = { kind: 1, value: 7 }
  let sum = 0
  for (let round = 0; round < 500; round++) sum += passOn(tasks, packet, 20_000)
  return packet.value * 4 + sum
}
