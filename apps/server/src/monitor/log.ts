import { pino, type Logger } from 'pino'
import { presentOrigin } from '../request-origin.ts'
import { harmless } from './harmless.ts'

/** What of an error may be logged: other fields of it can hold what a query or a request carried. */
interface LoggedError {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
}

export interface LogOptions {
  /** Of pino: `trace` to `fatal`, or `silent`. */
  readonly level: string
  /** What must never stand in a line, whatever brought it there. */
  readonly secrets: readonly string[]
  write(line: string): void
}

/** Structured lines, one JSON object each, with the request that they belong to. Nothing in them is obeyed by a terminal. */
export function createLog({ level, secrets, write }: LogOptions): Logger {
  // As it is, as an address has it, and as JSON does.
  const hidden = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFacts },
      mixin: () => {
        const origin = presentOrigin()
        return origin === null ? {} : { request: origin.request, address: origin.address, client: origin.client }
      },
    },
    { write: (line) => write(harmless(hidden.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line))) },
  )
}

/** `info` for whoever collects lines, `warn` where a person looks at a terminal. */
export function defaultLogLevel(isTerminal: boolean): string {
  return isTerminal ? 'warn' : 'info'
}

function errorFacts(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error).slice(0, 2_000) }
  return {
    type: error.name,
    message: error.message.slice(0, 2_000),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack.slice(0, 8_000) }),
  }
}
