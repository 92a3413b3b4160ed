import { Effect, Fiber, Queue } from 'effect'
import { makeOrder, measurePeer, RING, usedBytes } from './measure-peer.ts'
import type { Order } from './measure-peer.ts'

// Fibers with a queue each, written as Effect's documentation writes them: generators, `Effect.forkChild`, `Queue.take` and `Queue.offer`.
interface Ask {
  readonly from: Queue.Queue<unknown>
  readonly n: number
}

const serve = <M>(inbox: Queue.Queue<M>, handle: (message: M) => Effect.Effect<unknown>) =>
  Effect.gen(function* () {
    while (true) yield* handle(yield* Queue.take(inbox))
  })

/** Asks a fiber that serves so many times. */
const askServer = <M>(count: number, handle: (message: M) => Effect.Effect<unknown>, ask: (n: number, from: Queue.Queue<unknown>) => M) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const inbox = yield* Queue.unbounded<M>()
      const mine = yield* Queue.unbounded<unknown>()
      const server = yield* Effect.forkChild(serve(inbox, handle))
      for (let n = count; n > 0; n--) {
        yield* Queue.offer(inbox, ask(n, mine))
        yield* Queue.take(mine)
      }
      yield* Fiber.interrupt(server)
    }),
  )

await measurePeer({
  round_trip: (count) =>
    askServer<Ask>(
      count,
      ({ from, n }) => Queue.offer(from, { type: 'pong', n }),
      (n, from) => ({ from, n }),
    ),
  nested_round_trip: (count) =>
    askServer<{ from: Queue.Queue<unknown>; order: Order }>(
      count,
      ({ from, order }) => Queue.offer(from, { type: 'confirmed', order: { ...order, total: 3 } }),
      (n, from) => ({ from, order: makeOrder(n) }),
    ),
  ring: (count) =>
    Effect.runPromise(
      Effect.gen(function* () {
        const done = yield* Queue.unbounded<unknown>()
        const inboxes: Queue.Queue<{ left: number }>[] = []
        for (let index = 0; index < RING; index++) inboxes.push(yield* Queue.unbounded<{ left: number }>())
        const fibers: Fiber.Fiber<unknown>[] = []
        for (let index = 0; index < RING; index++) {
          const next = inboxes[(index + 1) % RING] as Queue.Queue<{ left: number }>
          const node = serve(inboxes[index] as Queue.Queue<{ left: number }>, ({ left }) =>
            left === 0 ? Queue.offer(done, 'done') : Queue.offer(next, { left: left - 1 }),
          )
          fibers.push(yield* Effect.forkChild(node))
        }
        yield* Queue.offer(inboxes[0] as Queue.Queue<{ left: number }>, { left: count })
        yield* Queue.take(done)
        yield* Fiber.interruptAll(fibers)
      }),
    ),
  spawn_exit: (count) =>
    Effect.runPromise(
      Effect.gen(function* () {
        const mine = yield* Queue.unbounded<unknown>()
        for (let n = count; n > 0; n--) {
          const inbox = yield* Queue.unbounded<Ask>()
          yield* Effect.forkChild(
            Effect.gen(function* () {
              const { from, n } = yield* Queue.take(inbox)
              yield* Queue.offer(from, { type: 'answer', n })
            }),
          )
          yield* Queue.offer(inbox, { from: mine, n })
          yield* Queue.take(mine)
        }
      }),
    ),
  await_promise: (count) =>
    askServer<Ask>(
      count,
      ({ from, n }) =>
        Effect.gen(function* () {
          const answer = yield* Effect.promise(() => Promise.resolve(n))
          yield* Queue.offer(from, { type: 'pong', n: answer })
        }),
      (n, from) => ({ from, n }),
    ),
  idle_bytes: (count) =>
    Effect.runPromise(
      Effect.gen(function* () {
        const mine = yield* Queue.unbounded<unknown>()
        const before = usedBytes()
        const inboxes: Queue.Queue<Ask>[] = []
        const fibers: Fiber.Fiber<unknown>[] = []
        for (let index = 0; index < count; index++) {
          const inbox = yield* Queue.unbounded<Ask>()
          inboxes.push(inbox)
          fibers.push(yield* Effect.forkChild(serve(inbox, ({ from, n }) => Queue.offer(from, n))))
        }
        for (const inbox of inboxes) {
          yield* Queue.offer(inbox, { from: mine, n: 1 })
          yield* Queue.take(mine)
        }
        const bytes = (usedBytes() - before) / count
        yield* Fiber.interruptAll(fibers)
        return bytes
      }),
    ),
})
