import { Session } from 'node:inspector'
import type { Clock } from '../clock.ts'

/** What came of an attempt to cut a turn. `own_code`: the runtime's own code ran each time it was looked at. */
export type CutOutcome = 'cut' | 'moved_on' | 'own_code' | 'unreachable'

interface CutRequest {
  readonly threadId: number
  readonly clock: Clock
  /** Read while the thread stands still: the same process is in the same turn. */
  stillSame(): boolean
}

interface Paused {
  readonly callFrames: readonly { readonly url: string; readonly location: { readonly scriptId: string } }[]
}

/** A thread that does not pause by then sits in a native call that no interrupt reaches. */
const PAUSE_WAIT_MS = 2_000
const ATTEMPTS = 10
const OWN_FOLDER = new URL('../', import.meta.url).href

/**
 * Ends the turn that a scheduler's thread is in, wherever it is: a synchronous loop without checks, a shared package, a regular expression (KILL1).
 * The thread is paused through the inspector, looked at, and its JavaScript is terminated up to the microtask that runs turns: no `catch`, no
 * `finally`. The scheduler finds out at its next entry (`Scheduler.recoverCut`).
 */
export async function cutTurn(request: CutRequest): Promise<CutOutcome> {
  const session = new Session()
  session.connect()
  try {
    const thread = await attach(session, request)
    if (thread === undefined) return 'unreachable'
    return await cut(thread, request)
  } finally {
    session.post('NodeWorker.disable')
    session.disconnect()
  }
}

interface Thread {
  post(method: string, params?: object): void
  paused(): Promise<Paused | undefined>
}

async function attach(session: Session, { threadId, clock }: CutRequest): Promise<Thread | undefined> {
  const attached = Promise.withResolvers<string | undefined>()
  const scripts = new Map<string, string>()
  let onPaused: (paused: Paused | undefined) => void = () => {}
  let serial = 0
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    if (params.workerInfo.title.startsWith(`[worker ${threadId}]`)) attached.resolve(params.sessionId)
  })
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const message = JSON.parse(params.message) as { method?: string; params?: unknown }
    if (message.method === 'Debugger.scriptParsed') {
      const { scriptId, url } = message.params as { scriptId: string; url: string }
      scripts.set(scriptId, url)
    } else if (message.method === 'Debugger.paused') {
      const { callFrames } = message.params as Paused
      onPaused({ callFrames: callFrames.map((frame) => ({ ...frame, url: scripts.get(frame.location.scriptId) ?? frame.url })) })
    }
  })
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  const giveUp = clock.schedule(PAUSE_WAIT_MS, () => attached.resolve(undefined))
  const sessionId = await attached.promise
  giveUp()
  if (sessionId === undefined) return undefined
  return {
    post(method, params = {}) {
      session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id: ++serial, method, params }) })
    },
    async paused() {
      const { promise, resolve } = Promise.withResolvers<Paused | undefined>()
      onPaused = resolve
      const cancel = clock.schedule(PAUSE_WAIT_MS, () => resolve(undefined))
      const paused = await promise
      cancel()
      return paused
    },
  }
}

async function cut(thread: Thread, request: CutRequest): Promise<CutOutcome> {
  thread.post('Debugger.enable')
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      thread.post('Debugger.pause')
      const paused = await thread.paused()
      if (paused === undefined) return 'unreachable'
      if (!request.stillSame()) return 'moved_on'
      const top = paused.callFrames[0]?.url ?? ''
      if (!top.startsWith(OWN_FOLDER)) {
        thread.post('Runtime.terminateExecution')
        return 'cut'
      }
      thread.post('Debugger.resume')
    }
    return 'own_code'
  } finally {
    thread.post('Debugger.resume')
    thread.post('Debugger.disable')
  }
}
