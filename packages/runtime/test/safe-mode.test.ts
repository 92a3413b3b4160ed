import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { MemoryJournal } from '../src/host/journal/memory-journal.ts'
import { createEngine, type Engine, type EngineOptions } from '../src/index.ts'
import { BY, eventThat, faultOf, openRoom, room, roomSource, versionOf, writeSystem } from './system.ts'

const CONFIG = `export default { start: [{ module: 'room', export: 'start', name: 'lobby' }] }`

async function system(files: Record<string, string>) {
  const folder = await writeSystem(files)
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const journal = new MemoryJournal()
  return {
    folder,
    async live(options: Partial<EngineOptions> = {}): Promise<Engine> {
      const engine = await createEngine({ folder, isolation: 'thread', journal, ...options })
      onTestFinished(() => engine.stop())
      return engine
    },
  }
}

test('SAFE2 in safe mode nothing of the system runs; a rollback and a load count once it is left', async () => {
  const { live } = await system({ 'room.ts': room(1), 'strata.config.ts': CONFIG })
  const first = await live()
  for (const version of [2, 3]) await first.load({ sources: [roomSource(version)], old: 'keep', note: '' }, BY)
  await first.stop()

  const engine = await live({ safeMode: 'it crashed' })
  expect((await engine.runtime()).safeMode).toBe('it crashed')
  expect((await engine.modules())[0]).toMatchObject({ current: 3, generations: [3, 2, 1] })
  expect((await engine.processes({})).total).toBe(0)
  expect(await faultOf(engine.spawn({ module: 'room', export: 'start' }, BY))).toEqual({ code: 'safe_mode', why: 'it crashed' })
  await engine.rollback(await engine.planRollback('room', 1), BY)
  expect(await engine.softPurge('room', 2, BY)).toMatchObject({ purged: [{ number: 2 }] })
  await engine.load({ sources: [{ module: 'other', text: 'export const x = 1' }], old: 'keep', note: '' }, BY)
  expect((await engine.processes({})).total).toBe(0)

  await engine.leaveSafeMode(BY)
  expect((await engine.runtime()).safeMode).toBeNull()
  expect((await engine.processes({})).rows).toMatchObject([{ name: 'lobby' }])
  expect(await versionOf(engine, await openRoom(engine))).toBe(1)
  expect(await eventThat(engine, (event) => event.type === 'safe_mode' && !event.on)).toMatchObject({ actor: 'anna' })
  expect(await faultOf(engine.leaveSafeMode(BY))).toMatchObject({ code: 'nothing_to_do' })
})

test('SAFE2 a runtime that dies again and again comes back in safe mode, and a rollback brings it out', async () => {
  const { live } = await system({ 'room.ts': room(1), 'strata.config.ts': CONFIG })
  const engine = await live({ isolation: 'process' })
  const deadly = `${room(2)}\nimport process from 'node:process'\nimport { spawnSync } from 'node:child_process'`.replace(
    'export async function start(): Promise<void> {',
    `export async function start(): Promise<void> {\n  spawnSync('kill', ['-9', String(process.pid)])`,
  )
  await engine.load({ sources: [{ module: 'room', text: deadly }], old: 'keep', note: 'deadly' }, BY)
  await engine.spawn({ module: 'room', export: 'start' }, BY).catch(() => undefined)
  await eventThat(engine, (event) => event.type === 'safe_mode' && event.on)
  await expect.poll(async () => (await engine.runtime()).status).toBe('running')
  expect((await engine.runtime()).safeMode).toMatch(/SIGKILL, for the 6th time within a minute/)
  await engine.rollback(await engine.planRollback('room', 1), BY)
  await engine.leaveSafeMode(BY)
  expect((await engine.processes({})).rows).toMatchObject([{ name: 'lobby' }])
  expect((await engine.runtime()).safeMode).toBeNull()
})

test('RESTART2 a current generation that no longer starts is told and left out, and what reads it starts as it can', async () => {
  const flag = join('/tmp', `strata-flag-${process.pid}-${Date.now()}`)
  onTestFinished(() => rm(flag, { force: true }))
  const { live } = await system({
    'broken.ts': `import { existsSync } from 'node:fs'\nif (existsSync(${JSON.stringify(flag)})) throw new Error('the disk changed')\nexport const x = 1`,
    'room.ts': room(1),
    'strata.config.ts': CONFIG,
  })
  await (await live()).stop()
  await writeFile(flag, '')
  const engine = await live()
  const told = await eventThat(engine, ({ type }) => type === 'error')
  expect(told).toMatchObject({
    message: expect.stringMatching(/^broken@1 is current and does not start on scheduler [12]: Error: the disk changed/),
  })
  expect((await engine.processes({})).rows).toMatchObject([{ name: 'lobby' }])
  await engine.load({ sources: [{ module: 'broken', text: 'export const x = 2' }], old: 'keep', note: 'without the disk' }, BY)
  expect((await engine.modules()).find(({ name }) => name === 'broken')).toMatchObject({ current: 2 })
})
