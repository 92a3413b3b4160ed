import type { ParseArgsOptionsConfig } from 'node:util'
import type { Client } from './connection.ts'
import type { Io } from './io.ts'

export interface Verb {
  readonly name: string
  /** What it does, in one line. */
  readonly summary: string
  /** `purge MODULE[@N] [options]`. */
  readonly usage: string
  readonly options: ParseArgsOptionsConfig
  /** One line for each of `options`, then whatever else helps: the JSON it prints, examples. */
  readonly help: string
  /** Returns the exit code. */
  run(call: Call): Promise<number>
}

/** One run of a verb. */
export interface Call {
  readonly client: Client
  readonly io: Io
  readonly json: boolean
  readonly url: URL
  readonly positionals: readonly string[]
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
}

/** Options of every verb. */
export const COMMON_OPTIONS = {
  url: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  'no-color': { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig

export const COMMON_HELP = `  --url URL       where the server is (default: STRATA_URL, or this machine at PORT or 4700)
  --json          print the result as JSON; a refusal as {"fault": …} on stderr
  --no-color      plain text
  --help          this text
`
