import type { ClientFault } from '@strata/server'
import { styleText } from 'node:util'
import { TRPCClientError } from '@trpc/client'
import { escapeText, formatJson } from './escape-text.ts'
import { faultSentence } from './fault-sentence.ts'
import type { Io } from './io.ts'
import { EXIT_NO_SERVER, EXIT_REFUSED, EXIT_USAGE, UsageError } from './usage-error.ts'

/** Refusals of this command line itself, beside the server's. */
export type LocalFault =
  | { readonly code: 'usage'; readonly message: string }
  | { readonly code: 'confirmation_required'; readonly plan: string }
  | { readonly code: 'unreachable'; readonly why: string }

/** A refusal that is decided here. */
export class LocalRefusal extends Error {
  readonly fault: LocalFault
  constructor(fault: LocalFault) {
    super(fault.code)
    this.name = 'LocalRefusal'
    this.fault = fault
  }
}

/** Says what went wrong on stderr and returns the exit code; what is a bug of ours is thrown on. */
export function reportError(error: unknown, json: boolean, io: Io): number {
  const fault = faultOf(error)
  if (fault === undefined) throw error
  const name = io.useColor ? styleText('red', 'strata:', { validateStream: false }) : 'strata:'
  io.err(json ? `${formatJson({ fault })}\n` : `${name} ${sentence(fault).split('\n').map(escapeText).join('\n')}\n`)
  return exitCodeOf(fault)
}

function faultOf(error: unknown): ClientFault | LocalFault | undefined {
  if (error instanceof UsageError) return { code: 'usage', message: error.message }
  if (error instanceof LocalRefusal) return error.fault
  if (!(error instanceof TRPCClientError)) return undefined
  const data: unknown = error.data
  if (typeof data === 'object' && data !== null && 'fault' in data) return data.fault as ClientFault
  const { cause } = error
  // Not tRPC's JSON: another program's page, or the one line that the server answers until it is up.
  if (cause instanceof SyntaxError) return { code: 'unreachable', why: 'what answers there is still starting, or is no Strata server' }
  const root = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return { code: 'unreachable', why: root instanceof Error ? root.message || root.name : error.message }
}

function exitCodeOf(fault: ClientFault | LocalFault): number {
  switch (fault.code) {
    case 'usage':
    case 'confirmation_required':
      return EXIT_USAGE
    case 'unreachable':
    case 'unauthenticated':
      return EXIT_NO_SERVER
    default:
      return EXIT_REFUSED
  }
}

function sentence(fault: ClientFault | LocalFault): string {
  switch (fault.code) {
    case 'usage':
      return fault.message
    case 'confirmation_required':
      return `Nothing was done. This is plan ${fault.plan}: --plan ${fault.plan} --yes executes it and no other; --yes alone plans and executes at once.`
    case 'unreachable':
      return `No server was reached: ${fault.why}. Start one with npm start, or name another with --url or STRATA_URL.`
    default:
      return faultSentence(fault)
  }
}
