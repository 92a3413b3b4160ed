import { systemClock } from '../clock.ts'
import type { GenerationCode } from '../code/generation.ts'
import { EngineError } from '../errors.ts'
import { BACKEND_VERBS, invokePlane, type BackendVerb } from './backend.ts'
import { ControlPlane } from './control-plane.ts'
import type { FromRuntime, JournalQuestion, ToRuntime } from './runtime-messages.ts'

// The runtime's OS process: a control plane that talks to the server over the channel that started it, and ends with it.

const send = (message: FromRuntime): void => {
  if (process.connected) process.send?.(message)
}

const asked = new Map<number, PromiseWithResolvers<unknown>>()
let serial = 0

/** The journal is the server's: what stands in it is read there. */
function ask(question: JournalQuestion): Promise<unknown> {
  const id = ++serial
  const answer = Promise.withResolvers<unknown>()
  asked.set(id, answer)
  send({ type: 'read', id, question })
  return answer.promise
}

let plane: ControlPlane | undefined
let stopping = false

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  await plane?.stop()
  process.exit(0)
}

async function boot(message: Extract<ToRuntime, { type: 'boot' }>): Promise<void> {
  try {
    plane = await ControlPlane.create({
      folder: message.folder,
      heapLimitBytes: message.heapLimitBytes,
      ...(message.schedulers === undefined ? {} : { schedulers: message.schedulers }),
      safeMode: message.safeMode,
      typesWaitMs: message.typesWaitMs,
      clock: systemClock,
      emit: (event) => send({ type: 'event', event }),
      toHost: (to, message) => send({ type: 'host_message', to, message }),
      journal: {
        append: (changes) => send({ type: 'journal', changes }),
        code: (generation) => ask({ what: 'code', generation }) as Promise<GenerationCode | undefined>,
        source: (hash) => ask({ what: 'source', hash }) as Promise<string | undefined>,
      },
    })
    await plane.boot(message.journal)
    send({ type: 'booted', config: plane.config })
  } catch (error) {
    send({ type: 'boot_failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    await stop()
  }
}

async function invoke(id: number, verb: BackendVerb, args: readonly unknown[]): Promise<void> {
  try {
    if (plane === undefined || !BACKEND_VERBS.includes(verb))
      throw new EngineError({ code: 'runtime_down', why: 'the runtime is starting' })
    send({ type: 'answer', id, value: await invokePlane(plane, verb, args) })
  } catch (error) {
    if (error instanceof EngineError) send({ type: 'refused', id, fault: error.fault })
    else send({ type: 'failed', id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

process.on('message', (message: ToRuntime) => {
  switch (message.type) {
    case 'boot':
      return void boot(message)
    case 'invoke':
      return void invoke(message.id, message.verb, message.args)
    case 'told': {
      const answer = asked.get(message.id)
      asked.delete(message.id)
      return message.error === undefined
        ? answer?.resolve(message.value)
        : answer?.reject(new EngineError({ code: 'store_away', why: message.error }))
    }
    case 'stop':
      return void stop()
  }
})
process.on('disconnect', () => void stop())
// A terminal's Ctrl-C reaches the whole group: the server decides when this process stops.
process.on('SIGINT', () => {})
