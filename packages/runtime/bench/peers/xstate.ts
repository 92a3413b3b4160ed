import { createActor, fromCallback } from 'xstate'
import type { AnyEventObject } from 'xstate'
import { makeOrder, measurePeer, RING, usedBytes } from './measure-peer.ts'
import type { Order } from './measure-peer.ts'

// Callback actors, the least of XState's: `receive` listens, `ref.send(event)` sends. A machine with the same transitions takes several times as long.
interface Sender {
  send(event: AnyEventObject): void
}

function actor<E extends AnyEventObject>(handle: (event: E) => void) {
  return createActor(fromCallback<E>(({ receive }) => receive(handle))).start()
}

/** Asks so many times, each time when the answer to the one before has come. */
function asker(count: number, ask: (n: number, self: Sender) => void): Promise<void> {
  return new Promise((resolve) => {
    let left = count
    const self = actor<{ type: string }>(() => {
      if (left === 0) {
        self.stop()
        resolve()
      } else ask(left--, self)
    })
    self.send({ type: 'start' })
  })
}

interface Ask extends AnyEventObject {
  readonly from: Sender
  readonly n: number
}

await measurePeer({
  async round_trip(count) {
    const echo = actor<Ask>(({ from, n }) => from.send({ type: 'pong', n }))
    await asker(count, (n, from) => echo.send({ type: 'ping', from, n }))
    echo.stop()
  },
  async nested_round_trip(count) {
    const clerk = actor<AnyEventObject & { from: Sender; order: Order }>(({ from, order }) => {
      from.send({ type: 'confirmed', order: { ...order, total: 3 } })
    })
    await asker(count, (n, from) => clerk.send({ type: 'order', from, order: makeOrder(n) }))
    clerk.stop()
  },
  ring(count) {
    return new Promise((resolve) => {
      const nodes: Sender[] = []
      for (let index = 0; index < RING; index++) {
        const node = actor<AnyEventObject & { left: number }>(({ left }) => {
          if (left === 0) resolve(undefined)
          else nodes[(index + 1) % RING]?.send({ type: 'token', left: left - 1 })
        })
        nodes.push(node)
      }
      nodes[0]?.send({ type: 'token', left: count })
    })
  },
  spawn_exit(count) {
    return asker(count, (n, from) => {
      const once = actor<Ask>((event) => {
        event.from.send({ type: 'answer', n: event.n })
        once.stop()
      })
      once.send({ type: 'ask', from, n })
    })
  },
  async await_promise(count) {
    const echo = actor<Ask>(async ({ from, n }) => {
      from.send({ type: 'pong', n: await Promise.resolve(n) })
    })
    await asker(count, (n, from) => echo.send({ type: 'ping', from, n }))
    echo.stop()
  },
  async idle_bytes(count) {
    const before = usedBytes()
    let answers = 0
    const counter = actor<{ type: string }>(() => void answers++)
    const idle = Array.from({ length: count }, (_, n) => actor<Ask>(({ from }) => from.send({ type: 'hello', n })))
    for (const one of idle) one.send({ type: 'hello', from: counter, n: 0 })
    const bytes = (usedBytes() - before) / count
    if (answers !== idle.length) throw new Error(`${answers} answers`)
    return bytes
  },
})
