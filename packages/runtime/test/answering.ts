import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import type { Engine, SourceFile } from '../src/index.ts'
import { BY, room, startSystem } from './system.ts'

const ANSWERING = `import { receive, reply } from '@strata/runtime/process'
import { main } from './main.ts'
export async function start(): Promise<void> { reply(await receive<object>(), await main()) }`

/** A system with a module `main`, whose export of that name `runMain` asks for. */
export async function answeringSystem(files: Readonly<Record<string, string>> = {}, isolation?: 'process'): Promise<Engine> {
  return startSystem({ 'main.ts': 'export function main() {}', 'answering.ts': ANSWERING, 'room.ts': room(1), ...files }, isolation)
}

export async function loadSet(engine: Engine, set: Readonly<Record<string, string>>): Promise<void> {
  const sources = Object.entries(set).map(([module, text]): SourceFile => ({ module, text }))
  await engine.load({ sources, old: 'keep', note: '' }, BY)
}

/** Runs the current `main` in a process of its own: what it answers. */
export async function runMain(engine: Engine): Promise<unknown> {
  const pid = await engine.spawn({ module: 'answering', export: 'start' }, BY)
  return engine.call(pid, { type: 'go' }, 60_000)
}

/** Loads a set and runs its `main`. */
export async function mainOf(engine: Engine, set: Readonly<Record<string, string>>): Promise<unknown> {
  await loadSet(engine, set)
  return runMain(engine)
}

/** What Node makes of a set, as modules of its own, imported in the set's order. */
export async function natively(set: Readonly<Record<string, string>>): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-native-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [module, text] of Object.entries(set)) await writeFile(join(folder, `${module}.ts`), text)
  await writeFile(
    join(folder, 'whole-set.ts'),
    Object.keys(set)
      .map((module) => `import './${module}.ts'\n`)
      .join(''),
  )
  const script = `await import(${JSON.stringify(join(folder, 'whole-set.ts'))}); const { main } = await import(${JSON.stringify(join(folder, 'main.ts'))}); console.log(JSON.stringify(await main()))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  return JSON.parse(stdout)
}
