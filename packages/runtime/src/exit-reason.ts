import type { MessageValue } from './process/message.ts'

/**
 * Why a process ended.
 *
 * `normal` a return · `exit` its own `exit(reason)` or an exit signal with that value · `error` an exception that left
 * its first strand · `kill` the literal reason of OTP's `exit(kill)` · `killed` by an operator, a purge, or a `kill` signal ·
 * `noproc` for links and monitors of what does not exist.
 */
export type ExitReason =
  | { readonly type: 'normal' }
  | { readonly type: 'exit'; readonly value: MessageValue }
  | { readonly type: 'error'; readonly name: string; readonly message: string; readonly stack: string }
  | { readonly type: 'killed'; readonly by: 'operator' | 'purge' | 'signal' | 'restart'; readonly reason: string }
  | { readonly type: 'undef'; readonly module: string; readonly export: string; readonly stack: string }
  /** `bytes` were live on its scheduler, with buffers, and `limitBytes` is how much may be before the process that filled it is ended; `at` its line, where known. */
  | { readonly type: 'heap_limit'; readonly at: string | null; readonly bytes: number; readonly limitBytes: number }
  | { readonly type: 'scheduler_restarted' }
  | { readonly type: 'noproc' }

export const NORMAL: ExitReason = { type: 'normal' }
export const NOPROC: ExitReason = { type: 'noproc' }

/** One line for lists and logs. Text from outside stays raw: whoever shows it escapes it. */
export function describeExit(reason: ExitReason): string {
  switch (reason.type) {
    case 'normal':
      return 'normal'
    case 'exit':
      return `exit: ${typeof reason.value === 'string' ? reason.value : JSON.stringify(reason.value)}`
    case 'error':
      return `${reason.name}: ${reason.message}`
    case 'killed':
      return reason.reason === '' ? `killed by ${reason.by}` : `killed by ${reason.by}: ${reason.reason}`
    case 'undef':
      return `undef: ${reason.module}.${reason.export}`
    case 'heap_limit':
      return `heap_limit: ${toMegabytes(reason.bytes)} MB live, ${toMegabytes(reason.limitBytes)} MB at most${reason.at === null ? '' : `, at ${reason.at}`}`
    case 'scheduler_restarted':
      return 'scheduler_restarted'
    case 'noproc':
      return 'noproc'
  }
}

function toMegabytes(bytes: number): number {
  return Math.round(bytes / 1_000_000)
}
