import { NAME_LENGTH_MAX, parsePid } from '../ids.ts'
import type { Pid } from '../ids.ts'
import { PROCESS_ALIVE, relationsOf } from '../process/process.ts'
import type { Process } from '../process/process.ts'
import { ProcessError } from '../process/process-error.ts'
import { findAway, unregisterAway } from './away.ts'
import type { Core } from './core.ts'
import type { Peers } from './peers.ts'

/** Throws `badarg` for what cannot be a name or is one already (X17). */
export function requireFreeName(core: Core, name: unknown): asserts name is string {
  if (typeof name !== 'string' || name === '' || name.length > NAME_LENGTH_MAX || parsePid(name) !== undefined) {
    throw new ProcessError('badarg', `a name has 1 to ${NAME_LENGTH_MAX} characters and is no pid`)
  }
  if (core.names.has(name) || core.peers?.names.find(name) !== undefined) throw new ProcessError('badarg', `the name ${name} is taken`)
}

export function nameProcess(core: Core, process: Process, name: string): void {
  if (process.name !== null) throw new ProcessError('badarg', `process ${process.pid} is registered as ${process.name} already`)
  if (core.peers !== null && !core.peers.names.add(name, core.options.id, process.serial))
    throw new ProcessError('badarg', `the name ${name} is taken`)
  relationsOf(process).name = name
  core.names.set(name, process)
}

/** Its name is free, here and for all other schedulers. */
export function dropName(core: Core, process: Process): void {
  const { name } = process
  if (name === null) return
  relationsOf(process).name = null
  core.names.delete(name)
  core.peers?.names.remove(name, process.pid)
}

/** Another scheduler has registered one of ours, which may have ended or have a name by now: then the name is free again. */
export function adoptName(core: Core, peers: Peers, process: Process | undefined, pid: Pid, name: string): void {
  if (process === undefined || process.state !== PROCESS_ALIVE || process.name !== null) {
    peers.names.remove(name, pid)
    return
  }
  relationsOf(process).name = name
  core.names.set(name, process)
}

export function unregister(core: Core, name: string): void {
  const process = core.names.get(name)
  if (process !== undefined) dropName(core, process)
  else if (!unregisterAway(core, name)) throw new ProcessError('badarg', `the name ${String(name)} is not registered`)
}

/** The process of this scheduler behind a pid or a name. Throws `badarg` for a name that nobody has, on whichever scheduler, and for what is neither. */
export function findTarget(core: Core, to: unknown): Process | undefined {
  const process = core.processes.get(to as Pid)
  if (process !== undefined) return process
  if (typeof to !== 'string') throw new ProcessError('badarg', 'not a pid and not a name')
  const named = core.names.get(to)
  if (named !== undefined) return named
  if (parsePid(to) === undefined && findAway(core, to) === undefined)
    throw new ProcessError('badarg', `no process is registered as ${to.slice(0, NAME_LENGTH_MAX)}`)
  return undefined
}
