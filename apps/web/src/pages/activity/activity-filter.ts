import type { ActivityLine } from '@strata/server'

type EventType = ActivityLine['type']

export interface ActivityGroup {
  readonly key: string
  readonly label: string
  readonly types: readonly EventType[]
}

const LABELS = {
  loads: 'Loads',
  purges: 'Purges',
  guards: 'Holds and marks',
  acts: 'Kill, move, send',
  crashes: 'Crashes',
  system: 'System',
  store: 'Store and settings',
  reads: 'Reads',
  people: 'People and tokens',
  approvals: 'Approvals',
  door: 'Sign-ins and refusals',
} as const

/** Total by types: each kind of event stands in one group. */
const GROUP_OF: Readonly<Record<EventType, keyof typeof LABELS>> = {
  loaded: 'loads',
  load_refused: 'loads',
  rolled_back: 'loads',
  deleted: 'loads',
  soft_purged: 'purges',
  purged: 'purges',
  retained: 'purges',
  purged_code_reached: 'purges',
  retainers_read: 'purges',
  held: 'guards',
  released_hold: 'guards',
  marked: 'guards',
  killed: 'acts',
  upgraded: 'acts',
  exit_sent: 'acts',
  moved: 'acts',
  suspended: 'acts',
  resumed: 'acts',
  sent: 'acts',
  act_cancelled: 'acts',
  act_stopped: 'acts',
  act_interrupted: 'acts',
  crashed: 'crashes',
  crashes_dropped: 'crashes',
  error: 'crashes',
  holding: 'system',
  released: 'system',
  long_turn: 'system',
  scheduler_restarted: 'system',
  runtime_restarted: 'system',
  started: 'system',
  server_restarted: 'system',
  server_stopped: 'system',
  safe_mode: 'system',
  backup_made: 'store',
  store_restored: 'store',
  trail_exported: 'store',
  handover_written: 'store',
  limits_changed: 'store',
  content_read: 'reads',
  looked: 'reads',
  trace_started: 'reads',
  trace_ended: 'reads',
  person_invited: 'people',
  invitation_accepted: 'people',
  role_changed: 'people',
  person_disabled: 'people',
  person_enabled: 'people',
  password_changed: 'people',
  sessions_ended: 'people',
  token_made: 'people',
  token_revoked: 'people',
  identity_linked: 'people',
  setting_changed: 'people',
  approval_asked: 'approvals',
  plan_approved: 'approvals',
  plan_declined: 'approvals',
  glass_broken: 'approvals',
  glass_signed: 'approvals',
  signed_in: 'door',
  signed_out: 'door',
  sign_in_refused: 'door',
  sign_in_link_made: 'door',
  act_refused: 'door',
}

/** The kinds of events, as the page offers them. */
export const ACTIVITY_GROUPS: readonly ActivityGroup[] = Object.entries(LABELS).map(([key, label]) => ({
  key,
  label,
  types: (Object.keys(GROUP_OF) as EventType[]).filter((type) => GROUP_OF[type] === key),
}))

/** Event types of a group's key or of a single type's name; `undefined` for all. */
export function readTypes(type: string | null): readonly EventType[] | undefined {
  if (type === null || type === '') return undefined
  const group = ACTIVITY_GROUPS.find(({ key }) => key === type)
  if (group !== undefined) return group.types
  const single = ACTIVITY_GROUPS.flatMap(({ types }) => types).find((name) => name === type)
  return single === undefined ? undefined : [single]
}

/** The group that a `type` of the address belongs to; `null` for all. */
export function readGroup(type: string | null): ActivityGroup | null {
  const types = readTypes(type)
  return types === undefined ? null : (ACTIVITY_GROUPS.find((group) => types.every((name) => group.types.includes(name))) ?? null)
}

/** Whether a line speaks of the module, and of its generation if one is asked for. */
export function speaksOf(line: ActivityLine, module: string, generation: number | null): boolean {
  const named = namedGenerations(line)
  return named.some((name) => name.module === module && (generation === null || name.number === null || name.number === generation))
}

function namedGenerations(line: ActivityLine): readonly { readonly module: string; readonly number: number | null }[] {
  switch (line.type) {
    case 'loaded':
      return line.modules
    case 'load_refused':
      return line.modules.map((module) => ({ module, number: null }))
    case 'soft_purged':
      return [...line.purged, ...line.pinned.map(({ number }) => number)].map((number) => ({ module: line.module, number }))
    case 'purged':
      return line.generations.map((number) => ({ module: line.module, number }))
    case 'rolled_back':
      return [line.to, line.made].map((number) => ({ module: line.module, number }))
    case 'long_turn':
      return line.module === null ? [] : [{ module: line.module, number: null }]
    case 'held':
    case 'released_hold':
      return [{ module: line.module, number: null }]
    case 'marked':
    case 'retained':
    case 'purged_code_reached':
    case 'retainers_read':
    case 'deleted':
      return [line]
    case 'crashed':
      return line.crash.module === null ? [] : [{ module: line.crash.module, number: line.crash.generation }]
    default:
      return []
  }
}
