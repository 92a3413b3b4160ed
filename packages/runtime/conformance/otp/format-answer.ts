import type { ExitReason } from '../../src/exit-reason.ts'

/** A message as a process of ours took it from its queue; the number of a reference stands for it. */
export interface Received {
  readonly type: 'exit' | 'down' | 'tag' | 'mark'
  readonly pid?: string
  readonly ref?: number
  readonly tag?: string
  readonly reason?: ExitReason
}

/** What a process of ours answers to a deed. */
export type Answer = string | number | boolean | readonly Received[] | { readonly spawned: string } | { readonly found: string | null }

/** The answer as conform.erl writes it. */
export function formatAnswer(answer: Answer, nameOf: (pid: string) => string): string {
  if (typeof answer !== 'object') return String(answer)
  if ('spawned' in answer) return nameOf(answer.spawned)
  if ('found' in answer) return answer.found === null ? 'none' : nameOf(answer.found)
  return `[${answer.map((message) => formatMessage(message, nameOf)).join(' ')}]`
}

function formatMessage({ type, pid = '', ref, tag, reason }: Received, nameOf: (pid: string) => string): string {
  switch (type) {
    case 'tag':
      return String(tag)
    case 'mark':
      return '|'
    case 'exit':
      return `exit(${nameOf(pid)},${formatReason(reason)})`
    case 'down':
      return `down${ref}(${/^\w+$/.test(pid) ? pid : nameOf(pid)},${formatReason(reason)})`
  }
}

/** The exit reason by OTP's name for it. */
export function formatReason(reason: ExitReason | undefined): string {
  if (reason === undefined) return 'none'
  switch (reason.type) {
    case 'exit':
      return typeof reason.value === 'string' ? reason.value : JSON.stringify(reason.value)
    case 'error':
      if (reason.name === 'PurgedCodeError') return 'purged'
      return `${reason.name === 'nocatch' ? 'throw' : 'error'}:${reason.message}`
    default:
      return reason.type
  }
}
