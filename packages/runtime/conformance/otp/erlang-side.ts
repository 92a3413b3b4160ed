import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { formatTerm, VERSIONS, type Operation, type Transcript } from './operations.ts'

const SOURCES = join(import.meta.dirname, 'erlang')
const PACKAGES = ['erlang-base']

/** How Erlang got here, or why it did not, as a sentence that says what to do. */
export type Erlang = { readonly status: 'found' } | { readonly status: 'missing'; readonly what: string }

/** Looks for Erlang and installs it where this user may. */
export function requireErlang(): Erlang {
  if (hasErlang()) return { status: 'found' }
  const isRoot = process.getuid?.() === 0
  const hasApt = spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0
  const install = `apt-get install -y --no-install-recommends ${PACKAGES.join(' ')}`
  if (!isRoot || !hasApt)
    return {
      status: 'missing',
      what: hasApt ? `run \`${install}\` as root.` : 'install Erlang/OTP 25 or later, with erl and erlc on the path.',
    }
  console.error('Erlang/OTP is not here: installing it.')
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env: environment })
  spawnSync('apt-get', install.split(' ').slice(1), { stdio: ['ignore', 'ignore', 'inherit'], env: environment })
  return hasErlang()
    ? { status: 'found' }
    : { status: 'missing', what: `\`${install}\` did not bring erl and erlc; install Erlang/OTP 25 or later.` }
}

function hasErlang(): boolean {
  return (
    spawnSync('erl', ['-noshell', '-eval', 'halt().'], { stdio: 'ignore' }).status === 0 &&
    spawnSync('erlc', ['-help'], { stdio: 'ignore' }).error === undefined
  )
}

/** One long-lived Erlang node that interprets sequences, one after the other, as fast as they are given. */
export class ErlangSide {
  readonly #folder = mkdtempSync(join(tmpdir(), 'strata-otp-'))
  readonly #node: ChildProcessByStdio<Writable, Readable, null>
  readonly #waiting = new Map<number, { resolve(transcript: Transcript): void; reject(error: Error): void }>()
  readonly #ready = Promise.withResolvers<string>()
  #serial = 0
  #ended: Error | undefined

  constructor() {
    const code = join(this.#folder, 'ebin')
    mkdirSync(code)
    const compiled = spawnSync('erlc', ['-o', code, join(SOURCES, 'conform.erl')], { encoding: 'utf8' })
    if (compiled.status !== 0) throw new Error(`erlc failed: ${compiled.stdout}${compiled.stderr}`)
    const texts = [join(SOURCES, 'subject.erl'), join(this.#folder, 'versions'), String(VERSIONS)].map((text) => JSON.stringify(text))
    // One scheduler: what the sequences show must not depend on how fast two of them are.
    this.#node = spawn('erl', ['+S', '1:1', '-noshell', '-pa', code, '-eval', `conform:main([${texts.join(',')}])`], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ERL_CRASH_DUMP: '/dev/null' },
    })
    this.#node.on('error', (error) => this.#end(error))
    this.#node.on('exit', (code) => this.#end(new Error(`the Erlang node ended with ${code}`)))
    createInterface({ input: this.#node.stdout }).on('line', (line) => this.#receive(line))
    this.#ready.promise.catch(() => {})
  }

  /** The release of OTP, once the node has compiled every version. */
  ready(): Promise<string> {
    return this.#ready.promise
  }

  run(operations: readonly Operation[]): Promise<Transcript> {
    const id = ++this.#serial
    const { promise, resolve, reject } = Promise.withResolvers<Transcript>()
    // Asked ahead of need: a refusal is seen by whoever awaits it.
    promise.catch(() => {})
    if (this.#ended !== undefined) reject(this.#ended)
    else {
      this.#waiting.set(id, { resolve, reject })
      this.#node.stdin.write(`{${id},[${operations.map(formatTerm).join(',')}]}.\n`)
    }
    return promise
  }

  stop(): void {
    this.#ended ??= new Error('stopped')
    this.#node.stdin.end()
    this.#node.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #receive(line: string): void {
    const release = /^ready (\S+)$/.exec(line)?.[1]
    if (release !== undefined) return this.#ready.resolve(release)
    const [id, steps] = JSON.parse(line) as [number, Transcript]
    this.#waiting.get(id)?.resolve(steps)
    this.#waiting.delete(id)
  }

  #end(error: Error): void {
    this.#ended ??= error
    this.#ready.reject(error)
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
