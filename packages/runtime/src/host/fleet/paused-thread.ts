import { Session } from 'node:inspector'
import type { Clock } from '../../clock.ts'

interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number }
}

/** A thread of JavaScript that is looked at through the inspector. */
export interface InspectedThread {
  post(method: string, params?: object): void
  /** Evaluates an expression in the global scope; `undefined` when no value came in time. */
  evaluate<T>(expression: string, waitMs: number): Promise<T | undefined>
  /** Its native stack, innermost first; `undefined` when it does not pause: it sits in a native call that no interrupt reaches. */
  pause(): Promise<readonly CallFrame[] | undefined>
  close(): void
}

const PAUSE_WAIT_MS = 1_000

/** Attaches to a worker thread; `undefined` when the thread does not answer. */
export async function inspectThread(threadId: number, clock: Clock): Promise<InspectedThread | undefined> {
  const session = new Session()
  session.connect()
  const attached = Promise.withResolvers<string | undefined>()
  const scripts = new Map<string, string>()
  const asked = new Map<number, (result: unknown) => void>()
  let onPaused: (frames: readonly CallFrame[] | undefined) => void = () => {}
  let serial = 0
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    if (params.workerInfo.title.startsWith(`[worker ${threadId}]`)) attached.resolve(params.sessionId)
  })
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const message = JSON.parse(params.message) as { id?: number; method?: string; params?: unknown; result?: unknown }
    if (message.id !== undefined) asked.get(message.id)?.(message.result)
    else if (message.method === 'Debugger.scriptParsed') {
      const { scriptId, url } = message.params as { scriptId: string; url: string }
      scripts.set(scriptId, url)
    } else if (message.method === 'Debugger.paused') {
      const { callFrames } = message.params as { callFrames: readonly CallFrame[] }
      onPaused(callFrames.map((frame) => ({ ...frame, url: scripts.get(frame.location.scriptId) ?? frame.url })))
    }
  })
  const close = (): void => {
    session.post('NodeWorker.disable')
    session.disconnect()
  }
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  const giveUp = clock.schedule(PAUSE_WAIT_MS, () => attached.resolve(undefined))
  const sessionId = await attached.promise
  giveUp()
  if (sessionId === undefined) {
    close()
    return undefined
  }
  const send = (id: number, method: string, params: object): void => {
    session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method, params }) })
  }
  const inTime = async <T>(promise: Promise<T | undefined>, waitMs: number, give: (nothing: undefined) => void): Promise<T | undefined> => {
    const cancel = clock.schedule(waitMs, () => give(undefined))
    const value = await promise
    cancel()
    return value
  }
  return {
    post: (method, params = {}) => send(++serial, method, params),
    evaluate<T>(expression: string, waitMs: number) {
      const id = ++serial
      const { promise, resolve } = Promise.withResolvers<T | undefined>()
      asked.set(id, (answer) => resolve((answer as { result?: { value?: T } } | undefined)?.result?.value))
      send(id, 'Runtime.evaluate', { expression, returnByValue: true, silent: true })
      return inTime(promise, waitMs, resolve).finally(() => asked.delete(id))
    },
    pause() {
      const { promise, resolve } = Promise.withResolvers<readonly CallFrame[] | undefined>()
      onPaused = resolve
      send(++serial, 'Debugger.pause', {})
      return inTime(promise, PAUSE_WAIT_MS, resolve)
    },
    close,
  }
}

/** The frames as a stack trace writes them, so that they are mapped like one. */
export function stackOf(frames: readonly CallFrame[]): string {
  return [
    'Paused',
    ...frames.map(
      ({ functionName, url, location }) =>
        `    at ${functionName || '<anonymous>'} (${url}:${location.lineNumber + 1}:${location.columnNumber + 1})`,
    ),
  ].join('\n')
}
