import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../../..')
const START_LIMIT_MS = 120_000

export interface RunningServer {
  readonly url: string
  /** What the command line needs to reach it. */
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  readonly output: () => string
  /** Stops it, and leaves its data folder. */
  end(): Promise<void>
  stop(): Promise<void>
}

export async function writeFiles(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-system-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

/** Starts `command` (the server on `folder`, unless another is given) as an OS process of its own, on a free port. */
export async function startServer(
  folder: string,
  command?: { readonly file: string; readonly args: readonly string[]; readonly cwd: string },
): Promise<RunningServer> {
  const data = await mkdtemp(join(tmpdir(), 'strata-data-'))
  const { file, args, cwd } = command ?? { file: process.execPath, args: [join(ROOT, 'apps/server/src/main.ts'), folder], cwd: ROOT }
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', STRATA_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Of a group of its own, so that what a shell or npm started ends with it.
    detached: true,
  })
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the server ${why}; it wrote:\n${output}`))
    const timer = setTimeout(() => fail('printed no sign-in link'), START_LIMIT_MS)
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const found = /(http:\/\/127\.0\.0\.1:\d+)\/sign-in#/.exec(output)?.[1]
      if (found === undefined) return
      clearTimeout(timer)
      resolve(found)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(`ended with ${code}`)
    })
  }).catch(async (error: unknown) => {
    await endGroup(child)
    throw error
  })
  return {
    url,
    env: { STRATA_URL: url, STRATA_DATA: data },
    folder,
    output: () => output,
    end: () => endGroup(child),
    async stop() {
      await endGroup(child)
      await rm(data, { recursive: true, force: true })
    },
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  process.kill(-child.pid, 'SIGTERM')
  await ended
}
