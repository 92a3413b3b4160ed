import type { CrashScene } from '../inspect/views.ts'
import type { Process } from '../process/process.ts'
import { renderValue } from '../process/render-value.ts'
import type { Core } from './core.ts'
import { markedNames } from './marked-names.ts'
import { entryName } from './visit-pins.ts'

const LINKS_SHOWN = 20
const MESSAGE_CHARS_MAX = 4_000

/** What is known of a process that is about to end by a crash. */
export function crashSceneOf(core: Core, process: Process): CrashScene {
  const { relations } = process
  const links = [...(relations?.links ?? [])].map(({ pid }) => pid)
  const failing = relations?.failing ?? null
  return {
    at: isoTime(core, core.nowMs),
    entry: entryName(process),
    parent: process.parent,
    startedAt: isoTime(core, process.startedAt),
    links: links.slice(0, LINKS_SHOWN),
    linked: links.length,
    queueLength: process.queueLength,
    restarts: restartsOf(core, process),
    lastMessage: failing === null ? null : renderValue(failing.message, { maxChars: MESSAGE_CHARS_MAX, redact: markedNames(core) }),
  }
}

function isoTime(core: Core, sinceStartMs: number): string {
  return new Date(core.epochMs(sinceStartMs)).toISOString()
}

/** A supervisor's children, as it lets observers see them: by pid once they have started. */
interface SupervisorDetails {
  readonly byPid: ReadonlyMap<string, ChildDetails>
  readonly starting: ChildDetails | null
}

interface ChildDetails {
  readonly restarts: number
}

function restartsOf(core: Core, { parent, pid }: Process): number | null {
  const behaving = parent === null ? null : (core.processes.get(parent)?.behaving ?? null)
  if (behaving === null || behaving.kind !== 'supervisor') return null
  const details = behaving.details as SupervisorDetails | null
  return (details?.byPid.get(pid) ?? details?.starting)?.restarts ?? null
}
