import {
  behave,
  call,
  callback,
  callbackGeneration,
  exit,
  exitReasonOf,
  processInfo,
  receive,
  reply,
  settle,
  spawnHelper,
} from '../process-api/index.ts'
import type { Exit, ExitReason, Pid, SystemAnswer, SystemMessage, SystemRequest } from '../process-api/index.ts'
import { undefinedCallback } from './undefined-callback.ts'

// What every behaviour's loop understands besides its own messages, at its place in the queue: OTP's `sys`.

export type { SystemAnswer, SystemMessage, SystemRequest }

/** A behaviour's process, as these messages see it. */
export interface Suspendable {
  readonly parent: Pid | null
  /** The generation whose `init` or `codeChange` made the state. */
  stateGeneration: number
  getState(): unknown
  /** Throws, with nothing changed, where that cannot be its state. */
  setState(state: unknown): void
  /** In place of the module's `codeChange`: what becomes of the state in generation `to`. */
  migrate?(to: number, timeoutMs: number): Promise<unknown>
  /** Cleans up and ends the process. */
  end(reason: ExitReason): Promise<never>
}

const CODE_CHANGE_MS = 5_000

export function isSystemMessage(message: unknown): message is SystemMessage {
  return isObject(message) && isObject(message['$system'])
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Does what a system message asks; returns once the process runs again. */
export async function obey(process: Suspendable, first: SystemMessage): Promise<void> {
  let suspended = false
  let message: SystemMessage | Exit = first
  for (;;) {
    if (isSystemMessage(message)) {
      const request = message.$system
      if (request.type === 'stop') {
        answer(message, { status: 'stopping' })
        await process.end(request.reason === 'normal' ? { type: 'normal' } : { type: 'exit', value: request.reason as never })
      }
      if (request.type === 'suspend') suspended = true
      if (request.type === 'resume') suspended = false
      answer(message, await answerTo(process, request, suspended))
    } else {
      // A suspended process still obeys its parent's exit (G11).
      await process.end(message.reason)
    }
    if (!suspended) return
    message = await receive<SystemMessage | Exit>({ match: (next) => isSystemMessage(next) || isExitOf(next, process.parent) })
  }
}

/** Whether a message is the exit of the process's parent, which it obeys (G16, S17). */
export function isExitOf(message: unknown, parent: Pid | null): message is Exit {
  if (parent === null || typeof message !== 'object' || message === null) return false
  const { type, pid } = message as { type?: unknown; pid?: unknown }
  return type === 'exit' && pid === parent
}

async function answerTo(process: Suspendable, request: SystemRequest, suspended: boolean): Promise<SystemAnswer> {
  switch (request.type) {
    case 'suspend':
      return { status: 'suspended' }
    case 'resume':
      return { status: 'running' }
    case 'getState':
      return { status: 'state', suspended, generation: callbackGeneration(), state: process.getState() }
    case 'replaceState':
      try {
        process.setState(request.state)
      } catch (error) {
        return { status: 'failed', reason: exitReasonOf(error) }
      }
      return { status: 'state', suspended, generation: callbackGeneration(), state: process.getState() }
    case 'changeCode':
      return suspended ? changeCode(process, request) : { status: 'not_suspended' }
    default:
      return { status: 'unknown_request' }
  }
}

function answer(message: SystemMessage, value: SystemAnswer): void {
  try {
    reply(message, value)
  } catch (error) {
    reply(message, { status: 'unreadable', why: (error as Error).message } satisfies SystemAnswer)
  }
}

async function changeCode(process: Suspendable, request: SystemRequest & { readonly type: 'changeCode' }): Promise<SystemAnswer> {
  const { to, timeoutMs = CODE_CHANGE_MS, dryRun = false } = request
  const from = process.stateGeneration
  const before = process.getState()
  let after: unknown
  try {
    if (!isLoaded(to)) return { status: 'unknown_generation', generation: to }
    after = process.migrate === undefined ? await convert(from, to, before, timeoutMs) : await process.migrate(to, timeoutMs)
    if (dryRun) return { status: 'would_change', from, to, before, after }
    process.setState(after)
  } catch (error) {
    return { status: 'failed', reason: (error as { readonly reason?: ExitReason }).reason ?? exitReasonOf(error) }
  }
  if (!settle(to)) {
    // It was purged while its `codeChange` ran.
    process.setState(before)
    return { status: 'unknown_generation', generation: to }
  }
  process.stateGeneration = to
  return { status: 'changed', from, to }
}

function isLoaded(generation: number): boolean {
  try {
    callback('codeChange', generation)
    return true
  } catch {
    return false
  }
}

/** What generation `to` makes of the state. One that returns nothing has forgotten to: whoever went on with that would fail at its next message. */
async function convert(from: number, to: number, state: unknown, timeoutMs: number): Promise<unknown> {
  const made = await callElsewhere(processInfo().behaviour?.module ?? '', to, 'codeChange', [from, state], timeoutMs)
  if (made === undefined && state !== undefined) throw new TypeError('it returned nothing')
  return made
}

type Helped = { readonly status: 'returned'; readonly value: unknown } | { readonly status: 'failed'; readonly reason: ExitReason }

/** What a function of a generation returns that is called in a process of its own, ended after `timeoutMs`. Arguments and result are copies. */
export async function callElsewhere(
  module: string,
  generation: number,
  name: string,
  args: readonly unknown[],
  timeoutMs: number,
): Promise<unknown> {
  const helper = spawnHelper(beHelper, [module])
  let helped: Helped
  try {
    helped = await call<Helped>(helper, { generation, name, args }, timeoutMs)
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'timeout') throw new Error(`it did not return within ${timeoutMs} ms`)
    throw error
  } finally {
    exit(helper, 'kill')
  }
  if (helped.status === 'failed') throw Object.assign(new Error('it failed'), { reason: helped.reason })
  return helped.value
}

async function beHelper(module: string): Promise<void> {
  behave('code change', module)
  const message = await receive<{ readonly generation: number; readonly name: string; readonly args: readonly unknown[] }>()
  try {
    const fn = callback(message.name, message.generation)
    if (typeof fn !== 'function') throw undefinedCallback(module, message.name)
    returned(message, await fn(...message.args))
  } catch (error) {
    // Its failure is the answer: nobody's process has crashed.
    reply(message, { status: 'failed', reason: exitReasonOf(error) } satisfies Helped)
  }
}

function returned(message: object, value: unknown): void {
  try {
    reply(message, { status: 'returned', value } satisfies Helped)
  } catch (error) {
    const { path = '', why } = error as { readonly path?: string; readonly why?: string }
    throw new TypeError(`it returned what cannot be copied: $${path.slice('$.value'.length)}: ${why}`)
  }
}
