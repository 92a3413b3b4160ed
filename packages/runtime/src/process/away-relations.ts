import type { Pid } from '../ids.ts'
import type { AwayCall, Process } from './process.ts'
import { relationsOf } from './process.ts'

/** What ties a process to processes of other schedulers, by pid: they are not here to be pointed at. */
export class AwayRelations {
  readonly links = new Set<Pid>()
  /** Unlinked, and the other side has not answered yet: a link that it sends before it answers is over already. */
  readonly unlinking = new Map<Pid, number>()
  /** By reference: whom this process monitors. */
  readonly monitors = new Map<string, Pid>()
  /** By reference, in the order set: who monitors this process. */
  readonly monitoredBy = new Map<string, Pid>()
  readonly calls = new Map<string, AwayCall>()
}

/** To be written to; `tied` gets to know the process. */
export function awayOf(process: Process, tied: Set<Process>): AwayRelations {
  const relations = relationsOf(process)
  if (relations.away === null) {
    relations.away = new AwayRelations()
    tied.add(process)
  }
  return relations.away
}
