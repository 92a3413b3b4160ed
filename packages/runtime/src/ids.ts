/** Identity of a process: `scheduler.serial`, such as `1.2041`. Never reused within one life of the runtime. */
export type Pid = string & { readonly __pid: true }

/** Pid of code that is no process: the host that embeds the engine. Replies sent to it answer `engine.call`. */
export const HOST_PID = '0.0' as Pid

const PID = /^(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,14})$/

/** Reads a pid, or returns `undefined` for anything that cannot be one. */
export function parsePid(text: string): Pid | undefined {
  return PID.test(text) ? (text as Pid) : undefined
}

export function formatPid(scheduler: number, serial: number): Pid {
  return `${scheduler}.${serial}` as Pid
}

/** Of the embedding host: a mailbox of its, or the host itself. */
export function isHostPid(to: unknown): to is Pid {
  return typeof to === 'string' && to.startsWith('0.') && PID.test(to)
}

/** Of a pid. */
export function schedulerOf(pid: Pid): number {
  return Number(pid.slice(0, pid.indexOf('.')))
}

/** Of a pid, in its scheduler. */
export function serialOf(pid: Pid): number {
  return Number(pid.slice(pid.indexOf('.') + 1))
}

const NAME_PART = /^[a-z0-9][a-z0-9_-]*$/
const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])
export const NAME_LENGTH_MAX = 120

/** A module's name: parts of `[a-z0-9][a-z0-9_-]*` joined by `/`, 120 characters at most (DESIGN, words). */
export function isModuleName(text: unknown): text is string {
  if (typeof text !== 'string' || text.length === 0 || text.length > NAME_LENGTH_MAX) return false
  return text.split('/').every((part) => NAME_PART.test(part) && !RESERVED.has(part))
}

export interface ModuleGeneration {
  readonly module: string
  readonly number: number
}

/** Reads `session@3`, or `session` (then `number` is absent); `undefined` when it is neither. */
export function parseModuleGeneration(text: string): { module: string; number?: number } | undefined {
  const at = text.lastIndexOf('@')
  if (at === -1) return isModuleName(text) ? { module: text } : undefined
  const module = text.slice(0, at)
  const digits = text.slice(at + 1)
  return isModuleName(module) && /^[1-9]\d{0,8}$/.test(digits) ? { module, number: Number(digits) } : undefined
}

export function formatModuleGeneration(module: string, number: number): string {
  return `${module}@${number}`
}
