import { callbackGeneration, exitWith, monotonicMs, processInfo, self, send } from '../process-api/index.ts'
import type { ExitReason, Pid } from '../process-api/index.ts'
import { checkSpec } from './child-spec.ts'
import type { CheckedChild, CheckedSpec } from './child-spec.ts'
import { countEnd, countRestart } from './restart-limit.ts'
import type { RestartCounts } from './restart-limit.ts'
import { planGroup, planRestart } from './restart-plan.ts'
import type { AutoShutdown, RestartPlan, Strategy, Supervised } from './restart-plan.ts'
import { SupervisedChild, startChild, stopChildren } from './supervised-child.ts'
import type { StartBehaviours } from './supervised-child.ts'
import { callElsewhere } from './system.ts'
import type { Suspendable } from './system.ts'

type StartedChild =
  | { readonly status: 'started'; readonly pid: Pid }
  | { readonly status: 'ignored' }
  | { readonly status: 'failed'; readonly reason: ExitReason }

/** A supervisor's children, and what it does when one of them ends. Observers read it between turns: it is plain to look at. */
export class Supervision implements Suspendable, Supervised, RestartCounts {
  readonly module: string
  readonly parent: Pid | null
  readonly args: readonly unknown[]
  strategy: Strategy = 'one-for-one'
  autoShutdown: AutoShutdown = 'never'
  intensity = 0
  periodMs = 0
  /** In start order; the ids of a dynamic supervisor's children are numbers. */
  readonly byId = new Map<string, SupervisedChild>()
  readonly byPid = new Map<string, SupervisedChild>()
  /** The child whose start it waits for. Its process may be there already, and may have crashed before its supervisor hears that it started. */
  starting: SupervisedChild | null = null
  /** Of a dynamic supervisor: what all children are started from. */
  template: CheckedChild | null = null
  restarts: readonly number[] = []
  losses: ReadonlyMap<string, number> = new Map()
  /** All since the start. */
  restartsInAll = 0
  /** Children that a dynamic supervisor was asked for. */
  started = 0
  stateGeneration: number
  readonly #behaviours: StartBehaviours

  constructor(module: string, args: readonly unknown[], parent: Pid | null, behaviours: StartBehaviours) {
    this.module = module
    this.args = args
    this.parent = parent
    this.#behaviours = behaviours
    this.stateGeneration = callbackGeneration()
  }

  get children(): Iterable<SupervisedChild> {
    return this.byId.values()
  }

  /** Takes the spec and starts its children, in order; where one does not start those before it are stopped again and the reason is returned. */
  async open(spec: CheckedSpec): Promise<ExitReason | null> {
    this.#adopt(spec)
    if (spec.strategy === 'dynamic') return null
    for (const childSpec of spec.children) {
      const child = new SupervisedChild(childSpec.id, childSpec, childSpec.start)
      this.byId.set(child.id, child)
      const started = await this.startChild(child)
      if (started.status !== 'failed') continue
      await this.stopAll()
      return { type: 'exit', value: { shutdown: { failedToStart: child.id, reason: started.reason } } }
    }
    return null
  }

  #adopt({ strategy, autoShutdown, intensity, periodMs, children }: CheckedSpec): void {
    this.strategy = strategy
    this.autoShutdown = autoShutdown
    this.intensity = intensity
    this.periodMs = periodMs
    this.template = strategy === 'dynamic' ? (children[0] ?? null) : null
  }

  /** Starts a child that does not run. One that did not want to (`ignored`) stays down, and of a temporary one nothing is left. */
  async startChild(child: SupervisedChild): Promise<StartedChild> {
    this.starting = child
    const startedAtMs = monotonicMs()
    const started = await startChild(child.start, this.#behaviours)
    this.starting = null
    child.failure = null
    if (started.status === 'started') {
      child.pid = started.pid
      child.status = 'running'
      child.startedAtMs = monotonicMs()
      this.byPid.set(started.pid, child)
    } else {
      child.status = 'stopped'
      if (started.status === 'ignored' && (child.restart === 'temporary' || this.template !== null)) this.byId.delete(child.id)
    }
    if (started.status !== 'failed') return started
    const { pid, reason } = started
    if (pid !== null) child.failure = { pid, startedAtMs, reason }
    return { status: 'failed', reason }
  }

  /** Stops one child; its spec stays. */
  async stopChild(child: SupervisedChild): Promise<void> {
    if (child.pid !== null) this.byPid.delete(child.pid)
    await stopChildren([child])
  }

  /** Stops all children, the last first; those of a dynamic supervisor at once. */
  async stopAll(): Promise<void> {
    const children = [...this.children].toReversed()
    this.byPid.clear()
    if (this.strategy === 'dynamic') await stopChildren(children)
    else for (const child of children) await stopChildren([child])
  }

  /** A child has ended by itself. */
  async childEnded(child: SupervisedChild, pid: Pid, reason: ExitReason): Promise<void> {
    const { startedAtMs } = child
    this.byPid.delete(pid)
    child.pid = null
    child.status = 'stopped'
    const plan = planRestart(this, child, reason)
    if (plan.type === 'restart') return this.#restart(child, plan, countEnd(this, { pid, startedAtMs, reason }, monotonicMs(), this))
    if (plan.forget || this.strategy === 'dynamic') this.byId.delete(child.id)
    if (plan.type === 'shut_down') await this.end({ type: 'exit', value: 'shutdown' })
  }

  /** A restart that failed is tried again: as one more restart, after what has arrived meanwhile. */
  async tryAgain(id: string): Promise<void> {
    const child = this.byId.get(id)
    if (child?.status !== 'restarting') return
    const now = monotonicMs()
    const counted =
      child.failure === null ? { ...countRestart(this.restarts, now, this), losses: this.losses } : countEnd(this, child.failure, now, this)
    await this.#restart(child, planGroup(this, id), counted)
  }

  async #restart(
    child: SupervisedChild,
    plan: Extract<RestartPlan, { type: 'restart' }>,
    { status, restarts, losses }: ReturnType<typeof countEnd>,
  ): Promise<void> {
    this.restarts = restarts
    this.losses = losses
    this.restartsInAll++
    if (status === 'exceeded') await this.end({ type: 'exit', value: 'shutdown' })
    child.restarts++
    for (const id of plan.stop) await this.stopChild(this.#child(id))
    for (const id of plan.forget) this.byId.delete(id)
    for (const id of plan.start) {
      const next = this.#child(id)
      const started = await this.startChild(next)
      if (started.status !== 'failed') continue
      next.status = 'restarting'
      send(self(), { $restart: id })
      return
    }
  }

  #child(id: string): SupervisedChild {
    const child = this.byId.get(id)
    if (child === undefined) throw new Error(`a supervisor of ${this.module} has lost its child ${id}`)
    return child
  }

  /** The spec as it is now, so that it can be set again, and the states of the children. */
  getState(): unknown {
    const { strategy, autoShutdown, intensity, periodMs, template } = this
    const children = [...this.children]
    return {
      strategy,
      autoShutdown,
      intensity,
      periodMs,
      children: template === null ? children.map(({ spec }) => spec) : [template],
      states: children.map(({ id, pid, status, restarts }) => ({ id, pid, status, restarts })),
    }
  }

  /** Another spec, as a change of code brings it (S19): running children go on as they were started, added ones are not started, removed ones stay, last. */
  setState(spec: unknown): void {
    const checked = checkSpec(spec)
    if (checked.status === 'invalid') throw new TypeError(checked.why)
    this.#adopt(checked.value)
    if (this.strategy === 'dynamic') return
    const before = [...this.byId.values()]
    this.byId.clear()
    for (const childSpec of checked.value.children) {
      const known = before.find(({ id }) => id === childSpec.id)
      const child = new SupervisedChild(childSpec.id, childSpec, childSpec.start)
      if (known !== undefined) {
        Object.assign(child, { pid: known.pid, status: known.status, restarts: known.restarts, startedAtMs: known.startedAtMs })
        if (known.pid !== null) this.byPid.set(known.pid, child)
      }
      this.byId.set(child.id, child)
    }
    for (const child of before) if (!this.byId.has(child.id)) this.byId.set(child.id, child)
  }

  /** What becomes of the spec in generation `to`: what its `init` says. A supervisor stays dynamic or not (S20). */
  async migrate(to: number, timeoutMs: number): Promise<unknown> {
    const spec = await callElsewhere(processInfo().behaviour?.module ?? this.module, to, 'init', this.args, timeoutMs)
    const checked = checkSpec(spec)
    if (checked.status === 'invalid') throw new TypeError(checked.why)
    if ((checked.value.strategy === 'dynamic') !== (this.strategy === 'dynamic'))
      throw new TypeError('a supervisor cannot become dynamic, or cease to be, while it runs')
    return spec
  }

  async end(reason: ExitReason): Promise<never> {
    await this.stopAll()
    return exitWith(reason)
  }
}
