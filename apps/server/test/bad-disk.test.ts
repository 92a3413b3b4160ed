import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { counterSource, writeCounterSystem } from './counter-system.ts'
import { type LimitedDisk, mountDisk } from './limited-disk.ts'
import { type RunningMain, startMain } from './running-main.ts'

const canMount = (() => {
  const disk = mountDisk(1)
  disk?.remove()
  if (disk === undefined) console.warn('\n!! SKIPPED: a full disk needs a small file system, which only root may mount\n')
  return disk !== undefined
})()

async function place(): Promise<{ readonly disk: LimitedDisk; start(): RunningMain }> {
  const disk = mountDisk(6)
  if (disk === undefined) throw new Error('no disk could be mounted')
  const folder = await writeCounterSystem()
  const started: RunningMain[] = []
  onTestFinished(async () => {
    for (const main of started) await main.kill()
    disk.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    disk,
    start() {
      const main = startMain({ data: join(disk.folder, 'data'), folder })
      started.push(main)
      return main
    },
  }
}

function load(main: RunningMain, generation: number) {
  return main.call('modules.load', { sources: [{ module: 'counter', text: counterSource(generation) }], old: 'keep', note: '' })
}

async function numbers(main: RunningMain): Promise<readonly number[]> {
  return (await main.call('modules.generations', { module: 'counter' })).data.map(({ number }: { number: number }) => number)
}

/** What goes on as if nothing had been, once the disk can be written again, in this life and the next. */
async function expectWhole(main: RunningMain, start: () => RunningMain, next: number): Promise<void> {
  await expect.poll(async () => (await load(main, next)).data?.status).toBe('loaded')
  const known = await numbers(main)
  expect((await main.call('activity.verify')).data).toMatchObject({ status: 'intact' })
  await main.kill()
  const again = start()
  await again.link
  expect(await numbers(again)).toEqual(known)
  expect((await again.call('activity.verify')).data).toMatchObject({ status: 'intact' })
}

describe.skipIf(!canMount)('a disk of a few megabytes', () => {
  test('STORE9 while the disk is full acts are refused untouched, and afterwards everything goes on by itself', async () => {
    const { disk, start } = await place()
    const main = start()
    await main.link
    expect((await load(main, 2)).data).toMatchObject({ status: 'loaded' })
    disk.fill()
    await expect.poll(async () => (await load(main, 3)).fault).toMatchObject({ code: 'not_durable', done: false })
    expect((await load(main, 4)).fault.why).toMatch(/full/)
    const before = await numbers(main)
    await load(main, 5)
    expect(await numbers(main)).toEqual(before)
    expect((await main.call('processes.list')).data.total).toBe(3)
    expect((await main.call('activity.list')).data.lines.length).toBeGreaterThan(0)
    disk.free()
    await expectWhole(main, start, 6)
  })

  test('STORE9 a server on a full or read-only disk does not start, and says why and the way out', async () => {
    const { disk, start } = await place()
    const first = start()
    await first.link
    await first.kill()
    disk.fill()
    const full = start()
    expect(await full.exit).toBe(1)
    expect(full.output.err).toMatch(/^strata: \S+ cannot be written \(.*(?:full|ENOSPC).*\): make room on its disk, and start again\n$/)
    disk.free()
    disk.setReadOnly(true)
    const readOnly = start()
    expect(await readOnly.exit).toBe(1)
    expect(readOnly.output.err).toMatch(/^strata: \S+ cannot be written \(.*(?:EROFS|readonly).*STRATA_DATA=….*\n$/)
    disk.setReadOnly(false)
    await start().link
  })

  test('STORE5 a file that was spoilt is refused at the next start with the way out, and left as it is', async () => {
    const { disk, start } = await place()
    const main = start()
    await main.link
    for (let number = 2; number <= 6; number++) await load(main, number)
    const systems = join(disk.folder, 'data/systems')
    const store = join(systems, readdirSync(systems)[0] as string)
    main.child.kill('SIGTERM')
    await main.exit
    const file = join(store, 'strata.db')
    const bytes = readFileSync(file)
    bytes.fill(0x5a, 4_096, Math.min(bytes.length, 12 * 4_096))
    writeFileSync(file, bytes)
    const spoilt = start()
    expect(await spoilt.exit).toBe(1)
    expect(spoilt.output.err).toMatch(/^strata: \S+strata\.db is damaged: restore a backup with \.\/strata restore FILE.*\n$/)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })
})
