import { runCommandLine } from '../src/command-line.ts'
import type { Io } from '../src/io.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** What is typed at the question; without it there is no terminal. */
  readonly types?: (question: string) => string
  readonly signal?: AbortSignal
  readonly onOut?: (text: string) => void
}

/** Runs one command line in this process. */
export async function run(args: readonly string[], options: TerminalOptions = {}): Promise<Ran> {
  const ran = { out: '', err: '' }
  const io: Io = {
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    isTerminal: options.types !== undefined,
    useColor: false,
    out(text) {
      ran.out += text
      options.onOut?.(text)
    },
    err(text) {
      ran.err += text
    },
    async ask(question) {
      return options.types?.(question) ?? ''
    },
    now: () => Date.now(),
    signal: options.signal ?? new AbortController().signal,
  }
  const code = await runCommandLine(args, io)
  return { code, ...ran }
}
