import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const MAIN = resolve(import.meta.dirname, '../src/main.ts')

/** What a call answered. */
export interface Called {
  readonly data: any
  readonly fault: any
  readonly status: number
}

/** The real server as an OS process of its own. */
export interface RunningMain {
  readonly child: ChildProcess
  readonly output: { out: string; err: string }
  /** The sign-in link, once it serves; rejects when it ends before. */
  readonly link: Promise<string>
  readonly exit: Promise<number | null>
  /** A call with the token of its data folder, or with these headers. Rejects when the server is gone. */
  call(path: string, input?: unknown, headers?: Record<string, string>): Promise<Called>
  /** As `kill -9` does. */
  kill(): Promise<void>
}

export function startMain(place: { readonly data: string; readonly folder: string; readonly env?: Record<string, string> }): RunningMain {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, place.folder], {
    env: { PATH: process.env['PATH'], PORT: '0', STRATA_DATA: place.data, STRATA_LOG: 'warn', ...place.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text))
  const link = new Promise<string>((resolveLink, reject) => {
    child.stdout.on('data', () => {
      const found = /http:\S+#\S+/.exec(output.out)
      if (found !== null) resolveLink(found[0])
    })
    child.once('exit', (code) => reject(new Error(`exit ${code}: ${output.err}`)))
  })
  link.catch(() => undefined)
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  return {
    child,
    output,
    link,
    exit,
    async call(path, input = {}, headers) {
      const address = await link
      const proof = headers ?? { authorization: `Bearer ${(await readFile(join(place.data, 'token'), 'utf8')).trim()}` }
      const response = await fetch(new URL(`/trpc/${path}`, address), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...proof },
        body: JSON.stringify(input),
      })
      const answer = (await response.json()) as any
      return { data: answer.result?.data, fault: answer.error?.data?.fault, status: response.status }
    },
    async kill() {
      child.kill('SIGKILL')
      await exit
    },
  }
}
