import type { GuardEntry, MarkKind } from '../../code/guards.ts'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { RuntimeParts } from '../runtime-parts.ts'

/** GEN9: refuses loads, rollbacks and deletes of others until the hold is released or `until` (ISO 8601; `null`: until released) has come. */
export async function holdModule(parts: RuntimeParts, module: string, until: string | null, by: By): Promise<void> {
  parts.code.history(module)
  parts.guards.requireFree([module], by, parts.clock.now())
  if (until !== null && !(Date.parse(until) > parts.clock.now()))
    refuse({ code: 'nothing_to_do', why: 'the hold would end before it begins' })
  const before = parts.guards.holdOf(module, parts.clock.now())
  keep(parts, { type: 'held', module, hold: { by: by.actor, reason: by.reason, since: now(parts), until } })
  parts.emit({ type: 'held', module, until, before, by })
}

/** Anybody who may hold may release: whose hold it was and who released it stand in the events. */
export async function releaseModule(parts: RuntimeParts, module: string, by: By): Promise<void> {
  parts.code.history(module)
  const hold = parts.guards.holdOf(module, parts.clock.now())
  if (hold === null) refuse({ code: 'nothing_to_do', why: `nobody holds ${module}` })
  keep(parts, { type: 'released', module })
  parts.emit({ type: 'released_hold', module, holder: hold.by, before: hold, by })
}

export async function markGeneration(
  parts: RuntimeParts,
  module: string,
  number: number,
  kind: MarkKind,
  on: boolean,
  by: By,
): Promise<void> {
  parts.code.get(module, number)
  const before = parts.guards.markOf(module, number, kind)
  if ((before !== null) === on) refuse({ code: 'nothing_to_do', why: on ? `it is marked ${kind} already` : `it is not marked ${kind}` })
  keep(
    parts,
    on
      ? { type: 'marked', module, number, kind, mark: { by: by.actor, reason: by.reason, at: now(parts) } }
      : { type: 'unmarked', module, number, kind },
  )
  parts.emit({ type: 'marked', module, number, kind, on, before, by })
}

function now(parts: RuntimeParts): string {
  return new Date(parts.clock.now()).toISOString()
}

function keep(parts: RuntimeParts, entry: GuardEntry): void {
  parts.guards.apply(entry)
  parts.journal.append([{ entry, codes: [] }])
}
