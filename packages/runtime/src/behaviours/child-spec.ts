import type { AutoShutdown, Restart, Strategy } from './restart-plan.ts'

/** What is started: a process that enters an export, or a behaviour that calls back a module, which is started once its `init` is done. By name: a restart enters what is current. */
export type ChildStart = StartedExport | StartedBehaviour

interface Started {
  readonly module: string
  readonly args?: readonly unknown[]
  /** Registered name. */
  readonly name?: string
  /** Which scheduler runs it: its number, or `spread` for the next that is up, in turn, at each start. One that is down when the child starts is replaced by the next that is up. Default: its supervisor's. */
  readonly scheduler?: number | 'spread'
}

interface StartedExport extends Started {
  readonly export: string
  readonly behaviour?: never
}

interface StartedBehaviour extends Started {
  /** `task`: of a dynamic supervisor, under which tasks are started. */
  readonly behaviour: 'server' | 'state-machine' | 'supervisor' | 'task'
  readonly export?: never
  /** How long `init` may take; then the process is killed, and was not started. Default 5,000; of a supervisor without limit. */
  readonly timeoutMs?: number
}

export interface ChildSpec {
  /** Unique among a supervisor's children. */
  readonly id: string
  readonly start: ChildStart
  /** Default `permanent`. */
  readonly restart?: Restart
  /** How long the child may take to end after it was told to (`shutdown`), then it is killed; `brutal`: it is killed at once. Default 5,000; of a supervisor without limit. */
  readonly shutdown?: number | 'brutal' | 'infinity'
  /** Its end, when it is not restarted, can end the supervisor (`autoShutdown`). */
  readonly significant?: boolean
}

/** What the `init` of a supervisor's module returns. */
export interface SupervisorSpec {
  /** Default `one-for-one`. `dynamic`: children are started later, all from the one spec in `children`. */
  readonly strategy?: Strategy
  /** How many restarts are borne within `periodMs`. Default 1 in 5,000 ms. */
  readonly intensity?: number
  readonly periodMs?: number
  /** Default `never`. */
  readonly autoShutdown?: AutoShutdown
  readonly children: readonly ChildSpec[]
}

export type CheckedChild = Required<ChildSpec>
export type CheckedSpec = Required<Omit<SupervisorSpec, 'children'>> & { readonly children: readonly CheckedChild[] }

export type Checked<T> = { readonly status: 'valid'; readonly value: T } | { readonly status: 'invalid'; readonly why: string }

const STRATEGIES: readonly unknown[] = ['one-for-one', 'one-for-all', 'rest-for-one', 'dynamic']
const RESTARTS: readonly unknown[] = ['permanent', 'transient', 'temporary']
const AUTO_SHUTDOWNS: readonly unknown[] = ['never', 'any', 'all']
const BEHAVIOURS: readonly unknown[] = ['server', 'state-machine', 'supervisor', 'task']

/** OTP's defaults (S8). */
const DEFAULT_INTENSITY = 1
const DEFAULT_PERIOD_MS = 5_000
const DEFAULT_SHUTDOWN_MS = 5_000
const DEFAULT_START_MS = 5_000

/** Completes a supervisor's spec, or says what is wrong with it (S15). */
export function checkSpec(value: unknown): Checked<CheckedSpec> {
  if (typeof value !== 'object' || value === null) return invalid('init returned no { children }')
  const {
    strategy = 'one-for-one',
    intensity = DEFAULT_INTENSITY,
    periodMs = DEFAULT_PERIOD_MS,
    autoShutdown = 'never',
    children,
  } = value as Partial<SupervisorSpec>
  if (!STRATEGIES.includes(strategy)) return invalid(`there is no strategy ${String(strategy)}`)
  if (!isCount(intensity)) return invalid('intensity is a whole number, 0 or more')
  if (typeof periodMs !== 'number' || !(periodMs > 0)) return invalid('periodMs is a number above 0')
  if (!AUTO_SHUTDOWNS.includes(autoShutdown)) return invalid(`there is no autoShutdown ${String(autoShutdown)}`)
  if (!Array.isArray(children)) return invalid('children is a list')
  if (strategy === 'dynamic' && children.length !== 1) return invalid('a dynamic supervisor has one spec for all its children')
  const checked: CheckedChild[] = []
  for (const child of children as readonly unknown[]) {
    const outcome = checkChild(child, autoShutdown)
    if (outcome.status === 'invalid') return outcome
    const { id } = outcome.value
    if (checked.some((other) => other.id === id)) return invalid(`two children have the id ${id}`)
    checked.push(outcome.value)
  }
  return { status: 'valid', value: { strategy, intensity, periodMs, autoShutdown, children: checked } }
}

/** Completes the spec of one child, or says what is wrong with it (S14, S18). */
export function checkChild(value: unknown, autoShutdown: AutoShutdown): Checked<CheckedChild> {
  if (typeof value !== 'object' || value === null) return invalid('a child spec is an object')
  const { id, start, restart = 'permanent', significant = false, shutdown } = value as Partial<ChildSpec>
  if (typeof id !== 'string' || id === '') return invalid('a child has an id')
  const startFault = faultOfStart(start)
  if (startFault !== undefined) return invalid(`${id}: ${startFault}`)
  const isSupervisor = (start as Partial<StartedBehaviour>).behaviour === 'supervisor'
  const within = shutdown ?? (isSupervisor ? 'infinity' : DEFAULT_SHUTDOWN_MS)
  if (!RESTARTS.includes(restart)) return invalid(`${id}: there is no restart ${String(restart)}`)
  if (within !== 'brutal' && within !== 'infinity' && !(typeof within === 'number' && within >= 0))
    return invalid(`${id}: shutdown is a number of milliseconds, 'brutal' or 'infinity'`)
  if (typeof significant !== 'boolean') return invalid(`${id}: significant is true or false`)
  if (significant && restart === 'permanent') return invalid(`${id}: a permanent child never stays ended, so it cannot be significant`)
  if (significant && autoShutdown === 'never') return invalid(`${id}: significant means something with autoShutdown only`)
  return { status: 'valid', value: { id, start: start as ChildStart, restart, significant, shutdown: within } }
}

/** How long `init` of a started behaviour may take. */
export function startTimeoutMs(start: StartedBehaviour): number {
  return start.timeoutMs ?? (start.behaviour === 'supervisor' ? Number.POSITIVE_INFINITY : DEFAULT_START_MS)
}

export function isBehaviourStart(start: ChildStart): start is StartedBehaviour {
  return start.behaviour !== undefined
}

function faultOfStart(start: unknown): string | undefined {
  if (typeof start !== 'object' || start === null) return 'start is missing'
  const { module, args, name, scheduler, ...how } = start as Partial<Record<keyof StartedExport | keyof StartedBehaviour, unknown>>
  if (typeof module !== 'string') return 'start names a module'
  if (typeof how.export !== 'string' && !BEHAVIOURS.includes(how.behaviour)) return 'start names an export or a behaviour'
  if (typeof how.export === 'string' && how.behaviour !== undefined) return 'start names an export or a behaviour, not both'
  if (args !== undefined && !Array.isArray(args)) return 'args is a list'
  if (name !== undefined && typeof name !== 'string') return 'name is a text'
  if (scheduler !== undefined && scheduler !== 'spread' && !(isCount(scheduler) && scheduler > 0))
    return "scheduler is a number or 'spread'"
  return undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function invalid(why: string): { readonly status: 'invalid'; readonly why: string } {
  return { status: 'invalid', why }
}
