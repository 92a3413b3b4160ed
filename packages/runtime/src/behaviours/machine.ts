import { behave, callback, callbackGeneration, exitReasonOf, exitWith, failing, monotonicMs, reply } from '../process-api/index.ts'
import type { ExitReason, Pid } from '../process-api/index.ts'
import type { Initial, MachineEvent, MachineStop, Transition } from './state-machine.ts'
import type { Suspendable } from './system.ts'
import { undefinedCallback } from './undefined-callback.ts'

type AnyOutcome = Transition<unknown, unknown> & Partial<MachineStop<unknown>>

const STATE_TIMEOUT = 'state'
const EVENT_TIMEOUT = 'event'

/** The process of a state machine: its state and data, the events that come before the next message, and its timeouts. */
export class Machine implements Suspendable {
  readonly parent: Pid | null
  stateGeneration: number
  #state: unknown
  #data: unknown
  /** Whose callbacks are called: the last one's. Names only, which hold no code (G27). */
  readonly #modules: string[]
  readonly #waiting: MachineEvent[] = []
  #postponed: MachineEvent[] = []
  /** By name: when it is due, in monotonic milliseconds. */
  readonly #timeouts = new Map<string, number>()
  readonly #initial: Initial<unknown, unknown>

  constructor(module: string, parent: Pid | null, initial: Initial<unknown, unknown>) {
    this.parent = parent
    this.stateGeneration = callbackGeneration()
    this.#modules = [module]
    this.#state = initial.state
    this.#data = initial.data
    this.#initial = initial
  }

  get #module(): string {
    return this.#modules.at(-1) as string
  }

  /** What `init` asked for besides its state; then that is entered. */
  async enterFirst(): Promise<void> {
    this.#schedule(this.#initial)
    if (hearsEntering()) await this.#enter(this.#state)
  }

  /** An event that comes before the next message. */
  nextEvent(): MachineEvent | undefined {
    const next = this.#waiting.shift()
    if (next !== undefined) return next
    const due = this.#earliest()
    if (due === undefined || due.at > monotonicMs()) return undefined
    this.#timeouts.delete(due.name)
    return { type: 'timeout', name: due.name }
  }

  /** How long to wait for a message until a timeout is due. */
  waitMs(): number {
    const due = this.#earliest()
    return due === undefined ? Number.POSITIVE_INFINITY : Math.max(0, due.at - monotonicMs())
  }

  async handle(event: MachineEvent): Promise<void> {
    this.#timeouts.delete(EVENT_TIMEOUT)
    const outcome = await this.#call(event)
    for (const { to, value } of outcome.replies ?? []) reply(to, value)
    if (event.type === 'call' && 'reply' in outcome) reply(event.from, outcome.reply)
    if ('data' in outcome) this.#data = outcome.data
    if ('stop' in outcome) await this.end(outcome.stop === 'normal' ? { type: 'normal' } : { type: 'exit', value: outcome.stop as never })
    const before = this.#state
    const changes = 'state' in outcome && outcome.state !== before
    if (changes) this.#state = outcome.state
    if (outcome.postpone === true) this.#postponed.push(event)
    this.#changeModule(outcome)
    if (changes || outcome.repeat === true) {
      if (changes) this.#timeouts.delete(STATE_TIMEOUT)
      this.#waiting.unshift(...this.#postponed)
      this.#postponed = []
    }
    this.#schedule(outcome)
    if ((changes || outcome.repeat === true) && hearsEntering()) await this.#enter(before)
  }

  getState(): unknown {
    return { state: this.#state, data: this.#data }
  }

  setState(value: unknown): void {
    if (typeof value !== 'object' || value === null || !('state' in value))
      throw new TypeError('a state machine’s state is { state, data }')
    this.#state = value.state
    if ('data' in value) this.#data = value.data
  }

  async end(reason: ExitReason): Promise<never> {
    await this.#terminate(reason)
    return exitWith(reason)
  }

  /** The state hears that it was entered: it may not change it, nor postpone. */
  async #enter(from: unknown): Promise<void> {
    const outcome = await this.#call({ type: 'enter', from: from as string })
    if (('state' in outcome && outcome.state !== this.#state) || outcome.postpone === true || outcome.nextEvents !== undefined)
      await this.#fail(new TypeError('an enter event can neither change the state, nor be postponed, nor insert events'))
    for (const { to, value } of outcome.replies ?? []) reply(to, value)
    if ('data' in outcome) this.#data = outcome.data
    if ('stop' in outcome) await this.end({ type: 'exit', value: outcome.stop as never })
    this.#schedule(outcome)
  }

  async #call(event: MachineEvent): Promise<AnyOutcome> {
    try {
      const [handler, args] = this.#handler(event)
      const outcome = await handler(...args)
      if (outcome === undefined) return {}
      if (typeof outcome === 'object' && outcome !== null) return outcome as AnyOutcome
      throw new TypeError('a handler returned no transition')
    } catch (error) {
      failing('message' in event ? event.message : event)
      await this.#terminate(exitReasonOf(error))
      throw error
    }
  }

  /** The function for the present state, with what it takes. */
  #handler(event: MachineEvent): readonly [handler: (...args: readonly unknown[]) => unknown, args: readonly unknown[]] {
    const states = callback('states')
    if (typeof states === 'object' && states !== null) {
      const name = String(this.#state)
      const handler = Object.hasOwn(states, name) ? (states as Readonly<Record<string, unknown>>)[name] : undefined
      if (typeof handler !== 'function') throw undefinedCallback(this.#module, `states.${name}`)
      return [handler as () => unknown, [event, this.#data]]
    }
    const handleEvent = callback('handleEvent')
    if (typeof handleEvent !== 'function') throw undefinedCallback(this.#module, 'handleEvent')
    return [handleEvent as () => unknown, [event, this.#state, this.#data]]
  }

  #changeModule({ changeModule, pushModule, popModule }: AnyOutcome): void {
    if (popModule === true) {
      // As OTP: a mistake, which ends the process (G24).
      if (this.#modules.length === 1) throw new TypeError('popModule: no module was pushed')
      this.#modules.pop()
    } else if (pushModule !== undefined) this.#modules.push(pushModule)
    else if (changeModule !== undefined) this.#modules[this.#modules.length - 1] = changeModule
    else return
    behave('state-machine', this.#module)
    this.stateGeneration = callbackGeneration()
    if (callback('states') === undefined && callback('handleEvent') === undefined) throw undefinedCallback(this.#module, 'handleEvent')
  }

  #schedule({ nextEvents = [], stateTimeoutMs, eventTimeoutMs, timeoutsMs = {} }: Omit<AnyOutcome, 'state'>): void {
    if (nextEvents.length > 0) this.#waiting.unshift(...nextEvents.map((message): MachineEvent => ({ type: 'internal', message })))
    if (stateTimeoutMs !== undefined) this.#setTimeout(STATE_TIMEOUT, stateTimeoutMs)
    if (eventTimeoutMs !== undefined) this.#setTimeout(EVENT_TIMEOUT, eventTimeoutMs)
    for (const [name, ms] of Object.entries(timeoutsMs)) this.#setTimeout(name, ms)
  }

  #setTimeout(name: string, ms: number | null): void {
    this.#timeouts.delete(name)
    if (ms === null) return
    if (typeof ms !== 'number' || !(ms >= 0)) throw new TypeError(`timeout ${name} is a number of milliseconds`)
    if (ms !== Number.POSITIVE_INFINITY) this.#timeouts.set(name, monotonicMs() + ms)
  }

  #earliest(): { readonly name: string; readonly at: number } | undefined {
    let earliest: { readonly name: string; readonly at: number } | undefined
    for (const [name, at] of this.#timeouts) if (earliest === undefined || at < earliest.at) earliest = { name, at }
    return earliest
  }

  async #fail(error: Error): Promise<never> {
    await this.#terminate(exitReasonOf(error))
    throw error
  }

  async #terminate(reason: ExitReason): Promise<void> {
    const terminate = callback('terminate')
    if (typeof terminate === 'function') await terminate(reason, this.#state, this.#data)
  }
}

function hearsEntering(): boolean {
  return callback('stateEnter') === true
}
