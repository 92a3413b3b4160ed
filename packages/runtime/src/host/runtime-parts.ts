import type { CodeServer } from '../code/code-server.ts'
import type { Guards } from '../code/guards.ts'
import type { JournalDesk } from '../code/journal.ts'
import type { LoadState } from '../code/load-plan.ts'
import type { Clock } from '../clock.ts'
import type { CompileService } from '../compiler/compile-service.ts'
import type { TypeService } from '../compiler/types/type-service.ts'
import type { SystemConfig } from '../config.ts'
import type { EventBody } from '../events.ts'
import type { SystemFolder } from '../code/system-folder.ts'
import { isSame } from '../code/purge-round.ts'
import { formatModuleGeneration, type ModuleGeneration } from '../ids.ts'
import type { Epoch } from './fleet/epoch.ts'
import { askAll, type Fleet } from './fleet/fleet.ts'
import type { PinCount } from './protocol.ts'
import type { Remains } from './remains.ts'
import type { SchedulerLink } from './fleet/scheduler-link.ts'

/** What the acts of the control plane share. */
export interface RuntimeParts {
  readonly clock: Clock
  readonly code: CodeServer
  readonly guards: Guards
  readonly journal: JournalDesk
  readonly compiler: CompileService
  readonly remains: Remains
  readonly types: TypeService
  readonly typeErrors: NonNullable<SystemConfig['typeErrors']>
  readonly folder: SystemFolder
  /** Names under which nothing is shown of what stands in a process. */
  readonly redact: readonly string[]
  readonly fleet: Fleet
  readonly epoch: Epoch
  emit(event: EventBody): void
  /** Why no user code runs on the scheduler; `null` when it does. */
  safeMode(): string | null
  /** Runs acts on code one after the other. */
  exclusive<T>(act: () => Promise<T>): Promise<T>
}

/** How long a view waits for a scheduler; longer than any turn that is not held. */
export const VIEW_WAIT_MS = 2_000
/** One native call is not going to end in time: say so rather than wait. */
const STUCK_VIEW_WAIT_MS = 200

export function viewWaitMs(scheduler: SchedulerLink): number {
  return scheduler.holdState().kind === 'stuck' ? STUCK_VIEW_WAIT_MS : VIEW_WAIT_MS
}

/** GEN12: how long a load or purge waits for a scheduler. */
export const STAGE_WAIT_MS = 5_000

/** What a load's decision depends on, read now. */
export async function readLoadState(parts: RuntimeParts, modules: readonly string[]): Promise<readonly LoadState[]> {
  const counts = addCounts(await askAll(parts.fleet.links(), 'pinCounts', {}, VIEW_WAIT_MS))
  return modules.map((module) => ({
    module,
    current: parts.code.current(module)?.number ?? null,
    old: parts.code
      .old(module)
      .map(({ number }) => ({
        number,
        pins: pinsOf(counts, module, number),
        ...readersOf(counts, module, number),
        ...(parts.guards.markOf(module, number, 'keep') === null ? {} : { kept: true }),
      }))
      .toSorted((a, b) => a.number - b.number),
  }))
}

function readersOf(counts: readonly PinCount[], module: string, number: number): { readBy?: readonly ModuleGeneration[] } {
  const readBy = counts.find((entry) => entry.module === module && entry.number === number)?.readBy ?? []
  return readBy.length === 0 ? {} : { readBy }
}

export function pinsOf(counts: readonly PinCount[], module: string, number: number): number {
  return counts.find((entry) => entry.module === module && entry.number === number)?.pins ?? 0
}

/** What schedulers counted, together. */
export function addCounts(answers: readonly (readonly PinCount[])[]): readonly PinCount[] {
  const [only] = answers
  if (only !== undefined && answers.length === 1) return only
  const sums = new Map<string, PinCount>()
  for (const count of answers.flat()) {
    const key = formatModuleGeneration(count.module, count.number)
    const known = sums.get(key)
    sums.set(key, known === undefined ? count : addCount(known, count))
  }
  return [...sums.values()]
}

function addCount(a: PinCount, b: PinCount): PinCount {
  const oldestAt = a.oldestAt === null || (b.oldestAt !== null && b.oldestAt < a.oldestAt) ? b.oldestAt : a.oldestAt
  const readBy = [...a.readBy, ...b.readBy.filter((reader) => !a.readBy.some((other) => isSame(other, reader)))]
  return { module: a.module, number: a.number, pins: a.pins + b.pins, oldestAt, readBy }
}
