import type { CodeInstance } from '../code/instance.ts'
import { ownerOf } from '../process/frame.ts'
import type { Core } from './core.ts'
import { dropStrand } from './exits.ts'
import { dropTimer } from './timers.ts'

/** What no process owns and what would run code of a generation that is being removed: dropped with it, for nobody can be ended there. */
export function dropOfNobody(core: Core, code: CodeInstance): void {
  const { nobody } = core
  for (const task of nobody.tasks ?? []) if (task.owner === code) task.isOver = true
  const { relations } = nobody
  if (relations === null) return
  for (const timer of [...relations.timers]) if (timer.callback?.owner === code) dropTimer(core, timer)
  for (const task of [...relations.microtasks]) if (task.owner === code) relations.microtasks.delete(task)
  for (const iterator of [...relations.iterators]) if (iterator.owner === code) relations.iterators.delete(iterator)
  for (const strand of [...relations.strands]) {
    for (let frame = strand.top; frame !== null; frame = frame.parent) {
      if (ownerOf(frame.descriptor) !== code) continue
      dropStrand(strand)
      relations.strands.delete(strand)
      nobody.strandCount--
      break
    }
  }
}
