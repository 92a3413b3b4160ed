import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import {
  createEngine,
  EngineError,
  type By,
  type Clock,
  type Engine,
  type EngineEvent,
  type Fault,
  type Pid,
  type SourceFile,
} from '../src/index.ts'

export const BY: By = { actor: 'anna', reason: 'test' }

/** An engine of its own over a folder with these files, gone after the test. */
export async function startSystem(
  files: Record<string, string>,
  isolation: 'thread' | 'process' = 'thread',
  heapLimitBytes?: number,
  clock?: Clock,
  typesWaitMs = 0,
  schedulers?: number,
): Promise<Engine> {
  const folder = await writeSystem(files)
  const engine = await createEngine({
    folder,
    isolation,
    typesWaitMs,
    ...(schedulers === undefined ? {} : { schedulers }),
    ...(heapLimitBytes === undefined ? {} : { heapLimitBytes }),
    ...(clock === undefined ? {} : { clock }),
  })
  onTestFinished(async () => {
    await engine.stop()
    await rm(folder, { recursive: true, force: true })
  })
  return engine
}

/** As `startSystem`, with so many schedulers. */
export function startSchedulers(
  schedulers: number,
  files: Record<string, string>,
  isolation: 'thread' | 'process' = 'thread',
): Promise<Engine> {
  return startSystem(files, isolation, undefined, undefined, 0, schedulers)
}

/** A folder of its own with these files. */
export async function writeSystem(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-system-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

/** A loop that tells its generation, and moves when asked. */
export function room(version: number): string {
  return `// version ${version}
import { receive, reply, spawn, link } from '@strata/runtime/process'
import * as current from './room.ts'

interface State { count: number }
type Message = { type: 'version' } | { type: 'through' } | { type: 'spin' } | { type: 'busy' } | { type: 'stick' } | { type: 'child' } | { type: 'close' } | { type: 'upgrade' } | { type: 'crash' } | { type: 'link', pid: string }

export const upgrade = { type: 'upgrade' }
export const preview = { type: 'preview' }

export function version(): number {
  return ${version}
}

export function previewOf(document: string): string {
  return \`\${document} by ${version}\`
}

export async function start(): Promise<void> {
  return loop({ count: 0 })
}

export async function resume(state: State): Promise<void> {
  return loop(state)
}

function spin(state: State): void {
  while (true) {
    try {
      state.count += 1
    } catch {}
  }
}

async function loop(state: State): Promise<void> {
  const message = await receive<any>()
  switch (message.type) {
    case 'version':
      reply(message, { version: version(), count: state.count })
      return loop({ count: state.count + 1 })
    case 'through':
      reply(message, current.version())
      return loop(state)
    case 'preview':
      reply(message, { document: 'text', output: previewOf('text') })
      return loop(state)
    case 'child':
      reply(message, spawn({ module: 'room', export: 'start' }, []))
      return loop(state)
    case 'link':
      link(message.pid)
      reply(message, true)
      return loop(state)
    case 'spin':
      spin(state)
      return
    case 'stick':
      /^(a+)+$/.test('a'.repeat(40) + 'b')
      return
    case 'busy':
      while (true) state.count += 1
    case 'crash':
      throw new Error('boom')
    case 'upgrade':
      return current.resume(state)
    case 'close':
      return
  }
}
`
}

export function roomSource(version: number): SourceFile {
  return { module: 'room', text: room(version) }
}

export async function openRoom(engine: Engine): Promise<Pid> {
  const pid = await engine.spawn({ module: 'room', export: 'start' }, BY)
  await engine.call(pid, { type: 'version' }, 60_000)
  return pid
}

/** Which generation's code answers, by its constant. */
export async function versionOf(engine: Engine, pid: Pid): Promise<number> {
  const answer = (await engine.call(pid, { type: 'version' }, 60_000)) as { version: number }
  return answer.version
}

/** Kills, and sees it through: on a busy machine a thread may be reached too late for the answer, which is `pending` then (KILL1). */
export async function killSurely(engine: Engine, pid: Pid): Promise<void> {
  const { status } = await engine.kill(pid, BY)
  if (status === 'pending') await eventThat(engine, (event) => event.type === 'killed' && event.pids.includes(pid))
  else expect(status).toBe('killed')
}

/** The fault that a refused act carries. */
export async function faultOf(act: Promise<unknown>): Promise<Fault> {
  const outcome = await act.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (outcome instanceof EngineError) return outcome.fault
  throw outcome instanceof Error ? outcome : new Error('the act was not refused')
}

/** The next event, or one that is kept already, that the predicate accepts. */
export async function eventThat(engine: Engine, accepts: (event: EngineEvent) => boolean, afterSeq = 0): Promise<EngineEvent> {
  const { promise, resolve } = Promise.withResolvers<EngineEvent>()
  const stop = engine.subscribe((event) => {
    if (accepts(event)) resolve(event)
  })
  const { events } = await engine.eventsAfter(afterSeq)
  const kept = events.find(accepts)
  if (kept !== undefined) resolve(kept)
  try {
    return await promise
  } finally {
    stop()
  }
}

/** What must be exactly as before after a refused act: modules, generations and processes, without what time changes. */
export async function portrait(engine: Engine): Promise<unknown> {
  const modules = await engine.modules()
  const { rows, total } = await engine.processes({ sort: 'pid', limit: 500 })
  return {
    modules: modules.map(({ name, current, generations, pins }) => ({ name, current, generations, pins })),
    total,
    processes: rows.map(({ pid, module, generation, function: name, at }) => ({ pid, module, generation, name, at })),
  }
}
