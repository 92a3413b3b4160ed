import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { formatCase, type SupervisionCase, type SupervisionStep } from './supervision-case.ts'

const SOURCE = join(import.meta.dirname, 'erlang/sup_conform.erl')

/** One long-lived Erlang node that interprets cases of supervision, one after the other. */
export class SupervisionErlang {
  readonly #folder = mkdtempSync(join(tmpdir(), 'strata-otp-'))
  readonly #node: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: AsyncIterator<string>
  readonly #reader: Interface
  #serial = 0

  constructor() {
    const compiled = spawnSync('erlc', ['-o', this.#folder, SOURCE], { encoding: 'utf8' })
    if (compiled.status !== 0) throw new Error(`erlc failed: ${compiled.stdout}${compiled.stderr}`)
    this.#node = spawn('erl', ['+S', '1:1', '-noshell', '-pa', this.#folder, '-eval', 'sup_conform:main([])'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ERL_CRASH_DUMP: '/dev/null' },
    })
    this.#reader = createInterface({ input: this.#node.stdout })
    this.#lines = this.#reader[Symbol.asyncIterator]()
  }

  /** The release of OTP. */
  async ready(): Promise<string> {
    return /^ready (\S+)$/.exec(await this.#line())?.[1] ?? 'unknown'
  }

  async run(one: SupervisionCase): Promise<readonly SupervisionStep[]> {
    this.#node.stdin.write(formatCase(++this.#serial, one))
    const [id, steps] = JSON.parse(await this.#line()) as [number, readonly SupervisionStep[]]
    if (id !== this.#serial) throw new Error(`case ${this.#serial} was answered as ${id}`)
    return steps
  }

  stop(): void {
    this.#reader.close()
    this.#node.stdin.end()
    this.#node.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error('the Erlang node has ended')
    return value
  }
}
