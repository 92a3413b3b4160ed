import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { EVIL_NAME, nextRoomSource, ROOMS, roomSource } from './rooms-system.ts'
import { type RunningServer, startServer, writeFiles } from './running-server.ts'
import { type Ran, run, type TerminalOptions } from './terminal.ts'

export interface Row {
  readonly pid: string
  readonly name: string | null
  readonly module: string
  readonly generation: number
}

/** One server for the tests of a file. */
export let server: RunningServer
/** Each test has a module of its own, with four processes in its generation 1. */
export let room = ''
let tests = 0

/** Has a server run for the tests of the file that calls it, and a fresh room before each. */
export function serveRooms(): void {
  beforeAll(async () => {
    server = await startServer(await writeFiles(ROOMS))
  })
  afterAll(async () => {
    await server.stop()
    await rm(server.folder, { recursive: true, force: true })
  })
  beforeEach(openRoom)
}

async function openRoom(): Promise<void> {
  room = `room${++tests}`
  await mkdir(join(server.folder, 'generations', room), { recursive: true })
  await writeFile(join(server.folder, `${room}.ts`), roomSource(room, 'cats'))
  await writeFile(join(server.folder, 'generations', room, '2-dogs.ts'), nextRoomSource(room, 'dogs'))
  await writeFile(join(server.folder, 'generations', room, '3-birds.ts'), nextRoomSource(room, 'birds'))
  await json('load', `${room}.ts`)
  const [opener] = (await json<{ rows: Row[] }>('ps', '--module', 'opener')).rows
  await json(
    'send',
    opener?.pid ?? '',
    JSON.stringify({ module: room, names: [1, 2, 3].map((n) => `${room}-${n}`).concat(`${EVIL_NAME} of ${room}`) }),
  )
  await expect.poll(async () => (await rooms()).length).toBe(4)
}

/** Runs one command line in the system's folder. */
export function strata(args: readonly string[], options: TerminalOptions = {}): Promise<Ran> {
  return run(args, { cwd: server.folder, env: server.env, ...options })
}

/** What a command that succeeds prints with --json. */
export async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await strata([...args, '--json'])
  expect([code, err], args.join(' ')).toEqual([0, ''])
  return JSON.parse(out) as T
}

/** The exit code and the fault of a command that is refused. */
export async function refusal(...args: string[]): Promise<{ code: number; fault: { code: string } & Record<string, unknown> }> {
  const { code, out, err } = await strata([...args, '--json'])
  expect(out).toBe('')
  return { code, fault: (JSON.parse(err) as { fault: { code: string } }).fault }
}

/** The processes of the room, by pid. */
export async function rooms(): Promise<readonly Row[]> {
  return (await json<{ rows: Row[] }>('ps', '--module', room, '--sort', 'pid')).rows
}

/** Generation 2 is loaded over four rooms that stay in generation 1, and a fifth is opened in it. */
export async function loadDogs(): Promise<readonly string[]> {
  const old = (await rooms()).map(({ pid }) => pid)
  expect(old).toHaveLength(4)
  await json('load', `generations/${room}/2-dogs.ts`, '--note', 'dogs')
  await json('send', old[0] as string, '{"type":"open"}')
  await expect.poll(async () => (await rooms()).length).toBe(5)
  return old
}
