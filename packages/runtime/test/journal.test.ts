import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { MemoryJournal } from '../src/host/journal/memory-journal.ts'
import { createEngine, type Engine, type Journal } from '../src/index.ts'
import type { GenerationView } from '../src/inspect/views.ts'
import { BY, faultOf, openRoom, room, roomSource, startSystem, versionOf, writeSystem } from './system.ts'

const ISOLATIONS = ['thread', 'process'] as const

/** Another life over the same folder and journal. */
async function live(folder: string, journal: Journal, isolation: 'thread' | 'process' = 'thread'): Promise<Engine> {
  const engine = await createEngine({ folder, isolation, journal })
  onTestFinished(() => engine.stop())
  return engine
}

async function stack(engine: Engine): Promise<readonly (readonly [number, string])[]> {
  return (await engine.generations('room')).map(({ number, status }) => [number, status] as const)
}

test.each(ISOLATIONS)(
  'STORE1 another life over the same journal has the same generations, and history wins over the folder (%s)',
  async (isolation) => {
    const files = {
      'room.ts': room(1),
      'strata.config.ts': `export default { start: [{ module: 'room', export: 'start', name: 'lobby' }] }`,
    }
    const folder = await writeSystem(files)
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const journal = new MemoryJournal()
    const first = await live(folder, journal, isolation)
    for (const number of [2, 3, 4]) await first.load({ sources: [roomSource(number)], old: 'keep', note: `note ${number}` }, BY)
    await first.softPurge('room', 2, BY)
    await first.rollback(await first.planRollback('room', 3), BY)
    await first.hold('room', null, BY)
    const told = (await first.generations('room')).map(recorded)
    const before = await journal.entries()
    await first.stop()
    await writeFile(join(folder, 'room.ts'), room(9))

    const second = await live(folder, journal, isolation)
    expect(await journal.entries()).toEqual(before)
    expect((await second.generations('room')).map(recorded)).toEqual(told)
    expect((await second.modules())[0]).toMatchObject({ current: 3, differsOnDisk: true, hold: { by: 'anna' } })
    expect((await second.processes({})).rows).toMatchObject([{ name: 'lobby' }])
    expect(await versionOf(second, await openRoom(second))).toBe(3)
    // An old one that no process was in is instantiated when somebody needs it.
    await second.rollback(await second.planRollback('room', 1), BY)
    expect(await versionOf(second, await openRoom(second))).toBe(1)
    expect(await second.rollback(await second.planRollback('room', 2), BY)).toEqual({ module: 'room', number: 5 })
    expect(await versionOf(second, await openRoom(second))).toBe(2)
  },
)

test.each(ISOLATIONS)('STORE2 the source of a purged generation is read from the journal, also for a rollback (%s)', async (isolation) => {
  const engine = await startSystem({ 'room.ts': room(1) }, isolation)
  await engine.load({ sources: [roomSource(2)], old: 'soft-purge', note: '' }, BY)
  await engine.load({ sources: [roomSource(3)], old: 'soft-purge', note: '' }, BY)
  expect(await stack(engine)).toEqual([
    [3, 'current'],
    [2, 'old'],
    [1, 'purged'],
  ])
  for (const number of [1, 2, 3]) expect((await engine.source('room', number)).text).toBe(room(number))
  expect((await engine.check([roomSource(4)])).modules[0]).toMatchObject({ currentText: room(3) })
  await engine.rollback(await engine.planRollback('room', 1), BY)
  expect(await versionOf(engine, await openRoom(engine))).toBe(1)
})

test('STORE2 a text that the journal no longer has is refused by name, and nothing changes', async () => {
  class Forgetful extends MemoryJournal {
    forgets = false

    override async source(hash: string): Promise<string | undefined> {
      return this.forgets ? undefined : super.source(hash)
    }
  }
  const folder = await writeSystem({ 'room.ts': room(1) })
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const journal = new Forgetful()
  const engine = await live(folder, journal)
  await engine.load({ sources: [roomSource(2)], old: 'keep', note: '' }, BY)
  await engine.softPurge('room', 1, BY)
  const plan = await engine.planRollback('room', 1)
  journal.forgets = true
  const fault = { code: 'source_removed', module: 'room', number: 1 }
  expect(await faultOf(engine.source('room', 1))).toEqual(fault)
  expect(await faultOf(engine.rollback(plan, BY))).toEqual(fault)
  expect(await stack(engine)).toEqual([
    [2, 'current'],
    [1, 'purged'],
  ])
})

/** What the journal tells of a generation; who holds it, and whether its memory is free, is of one life. */
function recorded({ pins: _pins, oldestPinAt: _since, drained: _drained, reclaimed: _reclaimed, ...facts }: GenerationView) {
  return facts
}
