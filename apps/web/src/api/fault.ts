import { formatBytes, formatCount, formatDuration, formatPlural, formatUtc, showInvisible, truncate } from '@strata/ui'
import type { ClientFault } from '@strata/server'
import type { Diagnostic } from '@strata/runtime'
import { faultWords, type Writing } from '@strata/server/words'
import {
  linkActivity,
  linkAct,
  linkActs,
  linkApprovals,
  linkLoad,
  linkModule,
  linkModules,
  linkProcess,
  linkProcesses,
  linkSignIn,
  linkSchedulers,
} from '../links.ts'

export interface WayOut {
  readonly label: string
  readonly to: string
}

/** A fault for people: what was refused and why, what else is known line by line, and where to go. */
export interface Explanation {
  readonly sentence: string
  readonly lines: readonly string[]
  readonly wayOut: readonly WayOut[]
}

/** The fault of a refused call, or `null` when the server was not reached or said nothing that can be read. */
export function readFault(error: unknown): ClientFault | null {
  if (typeof error !== 'object' || error === null || !('data' in error)) return null
  const data = error.data
  if (typeof data !== 'object' || data === null || !('fault' in data)) return null
  const fault = data.fault
  return typeof fault === 'object' && fault !== null && 'code' in fault && typeof fault.code === 'string' ? (fault as ClientFault) : null
}

/** Worth asking again: the server or the runtime was away. A refusal stays a refusal. */
export function isRetryable(error: unknown): boolean {
  const fault = readFault(error)
  return fault === null || fault.code === 'runtime_down'
}

/** Any error of a call, for people. */
export function explainError(error: unknown): Explanation {
  const fault = readFault(error)
  if (fault !== null) return explainFault(fault)
  return {
    sentence: 'The server did not answer. Nothing is known to have been done.',
    lines: ['Look whether npm start still runs, then try again.'],
    wayOut: [],
  }
}

/** What the fault says, and where the console has the way out. */
export function explainFault(fault: ClientFault): Explanation {
  const { sentence, lines } = faultWords(fault, WRITING)
  return { sentence, lines: [...lines, ...adviceOn(fault)], wayOut: wayOutOf(fault) }
}

/** Text from outside, cut and with its invisible characters shown. */
export function outside(text: string): string {
  return showInvisible(truncate(text, 500))
}

const WRITING: Writing = {
  text: outside,
  count: formatCount,
  bytes: formatBytes,
  duration: formatDuration,
  instant: (iso) => formatUtc(Date.parse(iso)),
}

/** What else helps whoever reads it in a browser. */
function adviceOn(fault: ClientFault): readonly string[] {
  switch (fault.code) {
    case 'invalid_source':
    case 'unresolved_import':
      return fault.diagnostics.map(describeDiagnostic)
    case 'not_purged':
      return ['Load with "keep" to leave them as they are.']
    case 'safe_mode':
      return ['Roll back what was loaded last on the Overview, then leave safe mode there.']
    case 'unauthenticated':
      return ['./strata sign-in on the machine prints a fresh link.']
    case 'invalid_code':
      return ['./strata sign-in on the machine prints a fresh link for the owner; an admin makes one for everybody else.']
    case 'method_not_allowed':
    case 'unsupported_media_type':
    case 'not_found':
      return ['This console and the server do not fit together: reload the page.']
    default:
      return []
  }
}

function wayOutOf(fault: ClientFault): readonly WayOut[] {
  switch (fault.code) {
    case 'not_purged': {
      const pinned = fault.generations.filter((generation) => generation.pins > 0)
      const pins = pinned.reduce((sum, generation) => sum + generation.pins, 0)
      if (pins === 0) return [{ label: `Open ${fault.module}`, to: linkModule(fault.module) }]
      const [only] = pinned
      const chosen = pinned.length === 1 && only ? { module: fault.module, generation: only.number } : { module: fault.module }
      return [{ label: `Open the ${formatPlural(pins, 'process', 'processes')}`, to: linkProcesses(chosen) }]
    }
    case 'still_read':
      return [...new Set(fault.by.map(({ module }) => module))]
        .slice(0, 3)
        .map((module) => ({ label: `Load ${module}…`, to: linkLoad({ module }) }))
    case 'current_generation':
      return [{ label: `Load ${fault.module}…`, to: linkLoad({ module: fault.module }) }]
    case 'unknown_module':
      return [{ label: 'Open the modules', to: linkModules() }]
    case 'unknown_generation':
      return [{ label: `Open ${outside(fault.module)}`, to: linkModule(fault.module) }]
    case 'unknown_pid':
      return [
        { label: 'Open the processes', to: linkProcesses() },
        { label: 'What happened', to: linkActivity() },
      ]
    case 'unknown_scheduler':
      return [{ label: 'Schedulers', to: linkSchedulers() }]
    case 'held':
      return [{ label: `Open ${outside(fault.module)} to see the hold or release it`, to: linkModule(fault.module) }]
    case 'marked_bad':
      return [{ label: `Open ${outside(fault.module)}@${fault.number}`, to: linkModule(fault.module, { generation: fault.number }) }]
    case 'name_registered':
      return [{ label: 'Open it', to: linkProcesses({ search: fault.name }) }]
    case 'scheduler_held':
      return [
        ...(fault.pid === null ? [] : [{ label: `Open ${fault.pid}`, to: linkProcess(fault.pid) }]),
        { label: 'Schedulers', to: linkSchedulers() },
      ]
    case 'runtime_down':
      return [{ label: 'What happened', to: linkActivity() }]
    case 'safe_mode':
      return [{ label: 'Open the Overview', to: '/' }]
    case 'source_removed':
      return [{ label: 'Load a source', to: linkLoad() }]
    case 'unauthenticated':
      return [{ label: 'Sign in', to: linkSignIn() }]
    case 'approval_required':
      return [{ label: 'Open the approvals', to: linkApprovals() }]
    case 'plan_used':
    case 'unknown_act':
      return [{ label: 'Open the acts', to: linkActs() }]
    case 'act_cannot':
      return [{ label: 'Open its receipt', to: linkAct(fault.act) }]
    default:
      return []
  }
}

function describeDiagnostic(diagnostic: Diagnostic): string {
  const place = diagnostic.line === 0 ? diagnostic.file : `${diagnostic.file}:${diagnostic.line}:${diagnostic.column}`
  return outside(`${place} ${diagnostic.message}${diagnostic.hint === undefined ? '' : ` ${diagnostic.hint}`}`)
}
