import { dispatch, spawn, start, stop } from 'nact'
import type { ActorContext, Ref } from 'nact'
import { makeOrder, measurePeer, RING, usedBytes } from './measure-peer.ts'
import type { Order } from './measure-peer.ts'

// Actors as nact's documentation writes them: a function of state and message, spawned under the system. It stops an actor whose state is undefined.
const system = start()
let names = 0

type Reference = Ref<unknown>

type Behaviour<M> = (state: number, message: M, self: Reference) => number | undefined | Promise<number | undefined>

function actor<M>(behaviour: Behaviour<M>, initialState = 0): Reference {
  return spawn(
    system,
    (state: number | undefined, message: M, { self }: ActorContext<M, Reference>) => behaviour(state ?? 0, message, self),
    `a${++names}`,
    { initialState },
  )
}

interface Answer {
  readonly type: 'start' | 'answer'
}

/** An actor that asks so many times, one after the other. */
function asker(count: number, ask: (left: number, self: Reference) => void): Promise<void> {
  return new Promise((resolve) => {
    const pid = actor<Answer>((left, _message, self) => {
      if (left > 0) ask(left, self)
      else resolve()
      return left === 0 ? undefined : left - 1
    }, count)
    dispatch(pid, { type: 'start' })
  })
}

await measurePeer({
  async round_trip(count) {
    const echo = actor<{ from: Reference; n: number }>((state, message) => {
      dispatch(message.from, { type: 'answer', n: message.n })
      return state
    })
    await asker(count, (n, from) => dispatch(echo, { type: 'ping', from, n }))
    stop(echo)
  },
  async nested_round_trip(count) {
    const clerk = actor<{ from: Reference; order: Order }>((state, message) => {
      dispatch(message.from, { type: 'answer', order: { ...message.order, total: 3 } })
      return state
    })
    await asker(count, (n, from) => dispatch(clerk, { type: 'order', from, order: makeOrder(n) }))
    stop(clerk)
  },
  ring(count) {
    return new Promise((resolve) => {
      const next: Reference[] = []
      const nodes = Array.from({ length: RING }, (_, index) =>
        actor<{ left: number }>((state, { left }) => {
          if (left === 0) {
            resolve(undefined)
            for (const node of nodes) stop(node)
          } else dispatch(next[index] as Reference, { type: 'token', left: left - 1 })
          return state
        }),
      )
      nodes.forEach((_, index) => next.push(nodes[(index + 1) % RING] as Reference))
      dispatch(nodes[0] as Reference, { type: 'token', left: count })
    })
  },
  spawn_exit(count) {
    return asker(count, (n, from) => {
      const once = actor<{ from: Reference; n: number }>((_state, message) => {
        dispatch(message.from, { type: 'answer', n: message.n })
        return undefined
      })
      dispatch(once, { type: 'ask', from, n })
    })
  },
  async await_promise(count) {
    const echo = actor<{ from: Reference; n: number }>(async (state, message) => {
      const n = await Promise.resolve(message.n)
      dispatch(message.from, { type: 'answer', n })
      return state
    })
    await asker(count, (n, from) => dispatch(echo, { type: 'ping', from, n }))
    stop(echo)
  },
  async idle_bytes(count) {
    const before = usedBytes()
    let answers = 0
    const done = new Promise<void>((resolve) => {
      const counter = actor<{ n: number }>((state) => {
        if (++answers === count) resolve()
        return state
      })
      const idle = Array.from({ length: count }, (_, n) =>
        actor<{ from: Reference }>((state, { from }) => {
          dispatch(from, { type: 'hello', n })
          return state
        }),
      )
      for (const one of idle) dispatch(one, { type: 'hello', from: counter })
    })
    await done
    // Its messages are handled in immediates.
    await new Promise((resolve) => setImmediate(resolve))
    return (usedBytes() - before) / count
  },
})
process.exit(0)
