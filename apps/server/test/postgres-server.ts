import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

const DEBIAN = '/usr/lib/postgresql'
/** What it needs so that no test reads it in an error or a log unseen. */
export const PASSWORD = 'pass:word/@?#-of-the-tests'

/** A PostgreSQL of the machine's, in a folder of its own. */
export interface PostgresServer {
  readonly port: number
  /** Of a new, empty database. */
  newDatabase(): Promise<string>
  /** `STRATA_DATABASE_URL` of a database. */
  url(database: string, sign?: { readonly user?: string; readonly password?: string }): string
  /** Runs statements as the owner of everything. */
  run(database: string, sql: string): Promise<readonly Record<string, unknown>[]>
  /** As the machine's end: at once. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Ends it and removes its folder. */
  remove(): Promise<void>
}

/** Where Debian's packages put the programs of the newest version; `undefined`: it is not installed. */
function findPrograms(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined
  return readdirSync(DEBIAN)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(DEBIAN, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')))
}

const programs = findPrograms()

/** Why no test runs against PostgreSQL here; `null` when they do. */
export const NO_POSTGRES = programs === undefined ? `PostgreSQL is not installed (${DEBIAN}/*/bin): apt-get install postgresql` : null

/** PostgreSQL refuses to run as root: Debian's package has made an account for it. */
function account(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = ['-u', '-g'].map((which) => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' })))
  return { uid: uid as number, gid: gid as number }
}

export async function startPostgres(): Promise<PostgresServer> {
  if (programs === undefined) throw new Error(NO_POSTGRES ?? '')
  const bin = programs
  const who = account()
  const folder = mkdtempSync(join(tmpdir(), 'strata-postgres-'))
  const [data, passwordFile] = [join(folder, 'data'), join(folder, 'password')]
  writeFileSync(passwordFile, `${PASSWORD}\n`)
  if (who.uid !== undefined && who.gid !== undefined) for (const path of [folder, passwordFile]) chownSync(path, who.uid, who.gid)
  const how = ['-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--no-sync']
  execFileSync(join(bin, 'initdb'), ['-D', data, ...how], {
    ...who,
    cwd: folder,
    env: { LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let port = await freePort()
  let child: ChildProcess
  let made = 0

  async function start(): Promise<void> {
    child = spawn(
      join(bin, 'postgres'),
      ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', '-c', 'fsync=off', '-c', 'max_connections=40'],
      { ...who, cwd: folder, env: { LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let said = ''
    const ready = Promise.withResolvers<void>()
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('ready to accept connections')) ready.resolve()
    })
    child.once('exit', () => ready.reject(new Error(`PostgreSQL did not start: ${said}`)))
    await ready.promise
  }

  async function stop(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }

  const url: PostgresServer['url'] = (database, { user = 'postgres', password = PASSWORD } = {}) =>
    `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`

  async function run(database: string, sql: string): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({ connectionString: url(database) })
    await client.connect()
    try {
      return (await client.query(sql)).rows as Record<string, unknown>[]
    } finally {
      await client.end()
    }
  }

  // A port that was free may be anybody's by now.
  for (let tries = 1; ; tries++) {
    const failure = await start().catch((error: unknown) => error)
    if (failure === undefined) break
    if (tries === 5) throw failure
    port = await freePort()
  }
  return {
    port,
    url,
    run,
    start,
    async newDatabase() {
      made += 1
      await run('postgres', `create database test${made}`)
      return `test${made}`
    },
    // Its children end with it, without a checkpoint: what was not in the log is gone.
    kill: () => stop('SIGQUIT'),
    async remove() {
      await stop('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
