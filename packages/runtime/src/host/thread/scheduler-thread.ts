import { isMainThread, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { InvariantError } from '../../errors.ts'
import type { FromScheduler, SchedulerRequest, SchedulerThreadData } from '../protocol.ts'
import { SchedulerDesk } from './scheduler-desk.ts'
import { WORD_REQUESTS } from '../shared-words.ts'

// A scheduler's worker thread: takes requests from the event loop, and out of a check's slow path while a turn is in progress.

if (isMainThread) throw new InvariantError('scheduler-thread runs in a worker')
const data: SchedulerThreadData = { ...(workerData as SchedulerThreadData) }
// Modules can read `workerData`, too.
for (const key of Object.keys(workerData as object)) delete (workerData as Record<string, unknown>)[key]
const { port } = data
const words = new Int32Array(data.words)
// Taken before any module runs: polyfills and fake timers replace the globals of the thread.
const { queueMicrotask, setImmediate } = globalThis
const now = performance.now.bind(performance)

/** Turns between looks at the event loop, in milliseconds: timers and messages of native code wait no longer. */
const SLICE_MS = 8

/** What is on its way: a slice at the next look at the event loop, or turns after the microtasks before them. */
let coming: 'nothing' | 'slice' | 'turns' = 'nothing'
/** Until then turns may do without a look at the event loop, which costs 1 µs: a settled promise wakes somebody. */
let sliceEnds = 0
const post = (message: FromScheduler): void => port.postMessage(message)
const desk = new SchedulerDesk(data, {
  post,
  serve() {
    Atomics.store(words, WORD_REQUESTS, 0)
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
      desk.take(next.message as SchedulerRequest)
    desk.exchange()
  },
  arrive,
  wake(soon) {
    if (coming !== 'nothing') return
    if (soon && now() < sliceEnds) {
      coming = 'turns'
      queueMicrotask(goOn)
    } else askSlice()
  },
})

function askSlice(): void {
  coming = 'slice'
  setImmediate(slice)
}

/** Turns run in a microtask: the only place where JavaScript can be terminated without harm to Node's own bookkeeping (KILL1). */
function slice(): void {
  queueMicrotask(() => {
    coming = 'nothing'
    desk.recoverCut()
    sliceEnds = now() + SLICE_MS
    run(SLICE_MS, true)
  })
}

function goOn(): void {
  coming = 'nothing'
  const leftMs = sliceEnds - now()
  if (leftMs > 0) run(leftMs, false)
  else askSlice()
}

function run(maxMs: number, drained: boolean): void {
  if (desk.run(maxMs, drained) && coming === 'nothing') askSlice()
}

/** In the event loop microtasks are over: what has not come of them was lost with a turn that was cut, as is everything that was asked for in it. */
function arrive(): void {
  if (desk.recoverCut() || coming === 'turns') askSlice()
}

port.on('message', (request: SchedulerRequest) => {
  arrive()
  desk.take(request)
  desk.settle()
})
const emitter: NodeJS.EventEmitter = process
const LISTENERS: readonly [event: string, listener: (...args: unknown[]) => void][] = [
  ['unhandledRejection', (error, promise) => desk.rejected(error, promise as Promise<unknown>)],
  ['uncaughtException', (error) => desk.uncaught(error)],
  ['removeListener', () => queueMicrotask(listen)],
]

/** A module may take all listeners of its thread away: without these the next rejection would end the thread, and every process on it. */
function listen(): void {
  for (const [event, listener] of LISTENERS) if (!emitter.listeners(event).includes(listener)) emitter.on(event, listener)
}

listen()
process.exit = ((code?: unknown) => desk.exitCaller(code)) as typeof process.exit
post({ type: 'ready' })
