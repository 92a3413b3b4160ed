import { plainText, tellError } from '../code/tell-error.ts'
import type { ExitReason } from '../exit-reason.ts'
import type { Core } from './core.ts'
import { withCallers } from './thrown.ts'

/** Longest text taken from a thrown value. */
const TEXT_MAX = 10_000

/** The exit reason of an exception. What was thrown is user data: reading it may throw, or run code; nothing of that leaves here. */
export function exitReasonOf(core: Core, error: unknown): ExitReason {
  if (error === core.registers.exit) {
    return { type: 'error', name: 'Error', message: 'code of another process was ended in this one', stack: '' }
  }
  try {
    if (typeof error !== 'object' || error === null) {
      const message = clip(plainText(error))
      const header = `Uncaught ${message}`
      const stack = withCallers(core, error, header)
      return { type: 'error', name: 'nocatch', message, stack: stack === header ? '' : clip(stack) }
    }
    const { code, module, export: name } = error as { code?: unknown; module?: unknown; export?: unknown }
    const stack = renderStack(core, error)
    if (code === 'undef' && typeof module === 'string' && typeof name === 'string')
      return { type: 'undef', module: clip(module), export: clip(name), stack }
    const { name: type, message } = error as { name?: unknown; message?: unknown }
    return {
      type: 'error',
      name: typeof type === 'string' && type !== '' ? clip(type) : 'Error',
      message: typeof message === 'string' ? clip(message) : clip(describeObject(error)),
      stack,
    }
  } catch {
    return { type: 'error', name: 'Error', message: 'an error that cannot be read', stack: '' }
  }
}

function renderStack(core: Core, error: object): string {
  return clip(tellError(error, (one) => withCallers(core, one, core.options.code.renderStack(one))))
}

function describeObject(value: object): string {
  try {
    return JSON.stringify(value) ?? 'object'
  } catch {
    return 'object'
  }
}

function clip(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text
}
