import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { counterSource, writeCounterSystem } from './counter-system.ts'
import { NO_POSTGRES, PASSWORD, type PostgresServer } from './postgres-server.ts'
import { type RunningMain, startMain } from './running-main.ts'
import { postgresOfFile } from './store-kinds.ts'

const postgres = postgresOfFile()

async function place(): Promise<{ readonly server: PostgresServer; readonly data: string; start(): RunningMain }> {
  const server = await postgres()
  const url = server.url(await server.newDatabase())
  const [data, folder] = [await mkdtemp(join(tmpdir(), 'strata-data-')), await writeCounterSystem()]
  const started: RunningMain[] = []
  onTestFinished(async () => {
    for (const main of started) await main.kill()
    await Promise.all([data, folder].map((path) => rm(path, { recursive: true, force: true })))
  })
  return {
    server,
    data,
    start() {
      const main = startMain({ data, folder, env: { STRATA_DATABASE_URL: url, STRATA_LOG: 'trace' } })
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

/** Environments of an OS process and all below it. */
async function environmentsBelow(pid: number): Promise<readonly string[]> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter((text) => text !== '')
  const own = await Promise.all(children.map((child) => readFile(`/proc/${child}/environ`, 'utf8')))
  return [...own, ...(await Promise.all(children.map((child) => environmentsBelow(Number(child))))).flat()]
}

describe.skipIf(NO_POSTGRES !== null)('PostgreSQL', () => {
  test('STORE9 while PostgreSQL is gone acts are refused untouched, and afterwards everything goes on by itself', async () => {
    const { server, start } = await place()
    const main = start()
    await main.link
    expect((await load(main, 2)).data).toMatchObject({ status: 'loaded' })
    await server.kill()
    // What was done before anybody noticed is answered as not durable, and is not lost.
    const first = await load(main, 3)
    expect(['not_durable', 'store_away']).toContain(first.fault.code)
    const done = first.fault.done === true
    await expect.poll(async () => (await load(main, 4)).fault).toMatchObject({ code: 'not_durable', done: false })
    const [{ pid }] = (await main.call('processes.list')).data.rows
    await expect
      .poll(async () => (await main.call('plans.execute', { id: 'nothing' })).fault)
      .toMatchObject({ code: 'not_durable', done: false })
    expect((await main.call('processes.list')).data.rows[0].pid).toBe(pid)
    expect((await main.call('activity.list')).fault).toMatchObject({ code: 'store_away' })
    await server.start()
    await expect.poll(async () => (await load(main, 5)).data?.status).toBe('loaded')
    const known = await numbers(main)
    expect(known).toHaveLength(done ? 4 : 3)
    expect((await main.call('activity.verify')).data).toMatchObject({ status: 'intact' })

    await main.kill()
    const again = start()
    await again.link
    expect(await numbers(again)).toEqual(known)
    expect((await again.call('activity.verify')).data).toMatchObject({ status: 'intact' })
  })

  test('STORE10 the password is in no output, no answer and no environment of what runs below the server', async () => {
    const { data, start } = await place()
    const main = start()
    await main.link
    await load(main, 2)
    const { data: system } = await main.call('system.info')
    const { data: counters } = await main.call('processes.list')
    const environments = await environmentsBelow(main.child.pid as number)
    expect(environments.length).toBeGreaterThan(0)
    // Nothing of the store lies in the folder.
    expect((await readdir(data)).sort()).toEqual(['token'])
    const second = start()
    expect(await second.exit).toBe(1)
    expect(second.output.err).toMatch(
      /^strata: The store in database test\d+ at 127\.0\.0\.1:\d+, schema strata_\S+ is used by another server/,
    )
    const printed = [
      JSON.stringify([system, counters]),
      ...environments,
      ...[main, second].flatMap(({ output }) => [output.out, output.err]),
    ]
    for (const text of printed)
      for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'STRATA_DATABASE_URL=p']) expect(text).not.toContain(secret)
  })
})
