import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/clock.ts'
import type { Engine, LoadRequest } from '../../src/engine.ts'
import { EngineError, InvariantError } from '../../src/errors.ts'
import type { By } from '../../src/events.ts'
import { BACKEND_VERBS, createThreadBackend, type Backend, type BackendVerb } from '../../src/host/backend.ts'
import { JournalQueue } from '../../src/host/journal/journal-queue.ts'
import { MemoryJournal } from '../../src/host/journal/memory-journal.ts'
import { tryBodies, type TryBodies } from '../../src/host/loading/trial.ts'
import type { Pid } from '../../src/ids.ts'
import type { ModuleView, OldPolicy, ProcessDetail } from '../../src/inspect/views.ts'
import { SUBJECTS, type Subject } from './operations.ts'
import { subjectSource } from './subject-source.ts'

const BY: By = { actor: 'conformance', reason: 'a sequence' }
/** Longest wait for a process's answer, and for everybody to come to rest. */
const WAIT_MS = 10_000
const HEAP_LIMIT_BYTES = 2 ** 30

/** What the engine's front would be, straight over the control plane. */
type Plane = Pick<Engine, BackendVerb & keyof Engine>

export interface LoadOptions {
  readonly text?: string
  readonly again?: boolean
  readonly expected?: LoadRequest['expectedCurrent']
}

/** A runtime of ours, control plane and scheduler thread, with the modules that sequences are about. */
export class StrataNode {
  readonly #folder: string
  readonly #backend: Backend
  readonly #plane: Plane
  /** Version by module and generation number. */
  readonly #versions = new Map<string, number>()

  /** With `trials` every body is evaluated in a throwaway thread first, as for everybody else; it makes a load ten times slower. */
  static async start({ trials }: { readonly trials: boolean }): Promise<StrataNode> {
    const folder = await mkdtemp(join(tmpdir(), 'strata-conformance-'))
    const trial: TryBodies = trials ? tryBodies : async () => {}
    const backend = await createThreadBackend({
      folder,
      clock: systemClock,
      heapLimitBytes: HEAP_LIMIT_BYTES,
      journal: new JournalQueue(new MemoryJournal(), systemClock),
      safeMode: null,
      tryBodies: trial,
      emit: () => {},
    })
    const node = new StrataNode(folder, backend)
    const sources = [
      { module: 'w', text: subjectSource('w', 0) },
      ...SUBJECTS.map((module) => ({ module, text: subjectSource(module, 1) })),
    ]
    await node.#plane.load({ sources, old: 'keep', note: '' }, BY)
    for (const subject of SUBJECTS) await node.erase(subject)
    return node
  }

  private constructor(folder: string, backend: Backend) {
    this.#folder = folder
    this.#backend = backend
    const verbs = BACKEND_VERBS.map((verb) => [verb, (...args: unknown[]) => backend.invoke(verb, args)])
    this.#plane = Object.fromEntries(verbs) as Plane
  }

  async stop(): Promise<void> {
    await this.#backend.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** A process that runs the watcher's module. */
  watcher(): Promise<Pid> {
    return this.#plane.spawn({ module: 'w', export: 'start' }, BY)
  }

  modules(): Promise<readonly ModuleView[]> {
    return this.#plane.modules()
  }

  versionOf(module: Subject, generation: number): number | undefined {
    return this.#versions.get(`${module}@${generation}`)
  }

  async current(subject: Subject): Promise<number | null> {
    return (await this.modules()).find(({ name }) => name === subject)?.current ?? null
  }

  /** Who pins these generations. */
  async pinning(module: Subject, generations: readonly number[]): Promise<ReadonlySet<Pid>> {
    const pids = new Set<Pid>()
    for (const number of generations) for (const { pid } of await this.#plane.pins(module, number)) if (pid !== null) pids.add(pid)
    return pids
  }

  async load(
    chosen: readonly (readonly [Subject, number])[],
    old: OldPolicy,
    { text, again = true, expected }: LoadOptions = {},
  ): Promise<string> {
    const sources = chosen.map(([module, version]) => ({ module, text: text ?? subjectSource(module, version) }))
    return refusable(async () => {
      const outcome = await this.#plane.load(
        { sources, old, note: '', again, ...(expected === undefined ? {} : { expectedCurrent: expected }) },
        BY,
      )
      if (outcome.status === 'unchanged') return 'unchanged'
      for (const { module, number } of outcome.loaded) {
        const version = chosen.find(([subject]) => subject === module)?.[1]
        if (version !== undefined) this.#versions.set(`${module}@${number}`, version)
      }
      return 'ok'
    })
  }

  async softPurge(subject: Subject): Promise<boolean> {
    return (await this.#plane.softPurge(subject, undefined, BY)).pinned.length === 0
  }

  /** Whether somebody had to be ended. */
  async purge(subject: Subject): Promise<boolean> {
    const { killed } = await this.#plane.purge(await this.#plane.planPurge(subject, undefined), BY)
    return killed.length > 0
  }

  /** As `code:delete` answers: whether something is no longer current. */
  async delete(subject: Subject): Promise<boolean> {
    const outcome = await refusable(async () => {
      await this.#plane.delete(await this.#plane.planDelete(subject), BY)
      return 'deleted'
    })
    return outcome === 'deleted'
  }

  async erase(subject: Subject): Promise<void> {
    await this.purge(subject)
    await this.delete(subject)
    await this.purge(subject)
  }

  async kill(pid: Pid): Promise<string> {
    return (await this.#plane.kill(pid, BY)).status
  }

  async mark(pid: Pid): Promise<void> {
    await this.#plane.send(pid, { type: 'mark' }, BY)
  }

  async detail(pid: Pid): Promise<ProcessDetail | undefined> {
    return this.#plane.process(pid).catch((error: unknown) => {
      if (isUnknownPid(error)) return undefined
      throw error
    })
  }

  async ask(pid: Pid, deed: readonly unknown[]): Promise<{ status: 'answered'; value: unknown } | { status: 'ended' }> {
    try {
      return { status: 'answered', value: await this.#plane.call(pid, { type: 'command', deed }, WAIT_MS) }
    } catch (error) {
      if (isUnknownPid(error) || (error instanceof EngineError && error.fault.code === 'process_ended')) return { status: 'ended' }
      throw error
    }
  }

  /** Who lives, once two looks in a row show every process waiting, with the same queues. */
  async settle(): Promise<ReadonlySet<Pid>> {
    const deadline = performance.now() + WAIT_MS
    let before = ''
    while (performance.now() < deadline) {
      const { rows } = await this.#plane.processes({ sort: 'pid', limit: 500 })
      const rest = rows.every(({ status }) => status === 'waiting')
      const now = rest ? rows.map(({ pid, queueLength }) => `${pid} ${queueLength}`).join() : ''
      if (rest && now === before) return new Set(rows.map(({ pid }) => pid))
      before = now
    }
    throw new InvariantError(`processes did not come to rest within ${WAIT_MS} ms`)
  }
}

function isUnknownPid(error: unknown): boolean {
  return error instanceof EngineError && error.fault.code === 'unknown_pid'
}

/** What OTP calls a refusal of ours. */
const REFUSALS: Readonly<Record<string, string>> = {
  not_purged: 'not_purged',
  invalid_source: 'bad',
  body_failed: 'failed',
  changed_meanwhile: 'changed',
}

async function refusable(act: () => Promise<string>): Promise<string> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof EngineError) return REFUSALS[error.fault.code] ?? error.fault.code
    throw error
  }
}
