import { behave, callback } from '../process-api/index.ts'
import type { Pid } from '../process-api/index.ts'
import { IGNORE, beStarted, parentOf } from './starting.ts'
import { undefinedCallback } from './undefined-callback.ts'

/** What a behaviour's process does: `open` makes what it is, by the module's `init`, and `loop` is the rest of its life. */
export interface Life<P> {
  open(module: string, args: readonly unknown[], parent: Pid | null): Promise<P | typeof IGNORE>
  loop(process: P): Promise<void>
}

/** What a process enters that `startProcess` spawned: its starter hears how `init` went. */
export async function enter<P>({ open, loop }: Life<P>, module: string, parent: Pid | null): Promise<void> {
  const process = await beStarted(parent, async (...args) => open(module, args, parent))
  return process === IGNORE ? undefined : loop(process)
}

/** The calling process leads that life from now on. */
export async function become<P>({ open, loop }: Life<P>, module: string, args: readonly unknown[]): Promise<void> {
  const process = await open(module, args, parentOf())
  return process === IGNORE ? undefined : loop(process)
}

/** This process calls back the module from now on, and first its `init`. */
export async function callInit(kind: string, module: string, args: readonly unknown[]): Promise<unknown> {
  behave(kind, module)
  const init = callback('init')
  if (typeof init !== 'function') throw undefinedCallback(module, 'init')
  return init(...args)
}
