import type { ActivityLine } from '@strata/server'

type EventType = ActivityLine['type']

export interface ActivityGroup {
  readonly key: string
  readonly label: string
  readonly types: readonly EventType[]
}

/** The kinds of events, as the page offers them. Each event type stands in exactly one. */
export const ACTIVITY_GROUPS: readonly ActivityGroup[] = [
  { key: 'loads', label: 'Loads', types: ['loaded', 'load_refused', 'rolled_back', 'deleted'] },
  { key: 'purges', label: 'Purges', types: ['soft_purged', 'purged', 'retained', 'purged_code_reached', 'retainers_read'] },
  { key: 'guards', label: 'Holds and marks', types: ['held', 'released_hold', 'marked'] },
  { key: 'acts', label: 'Kill, upgrade, send', types: ['killed', 'upgraded', 'sent', 'act_cancelled', 'act_stopped'] },
  { key: 'crashes', label: 'Crashes', types: ['crashed', 'crashes_dropped', 'error'] },
  {
    key: 'system',
    label: 'System',
    types: [
      'holding',
      'released',
      'scheduler_restarted',
      'runtime_restarted',
      'started',
      'server_restarted',
      'server_stopped',
      'safe_mode',
    ],
  },
  {
    key: 'store',
    label: 'Store and settings',
    types: ['backup_made', 'store_restored', 'trail_exported', 'handover_written', 'limits_changed'],
  },
  { key: 'reads', label: 'Reads', types: ['content_read', 'looked', 'trace_started', 'trace_ended'] },
  {
    key: 'people',
    label: 'People and tokens',
    types: [
      'person_invited',
      'invitation_accepted',
      'role_changed',
      'person_disabled',
      'person_enabled',
      'password_changed',
      'sessions_ended',
      'token_made',
      'token_revoked',
      'identity_linked',
      'setting_changed',
    ],
  },
  { key: 'approvals', label: 'Approvals', types: ['approval_asked', 'plan_approved', 'glass_broken', 'glass_signed'] },
  {
    key: 'door',
    label: 'Sign-ins and refusals',
    types: ['signed_in', 'signed_out', 'sign_in_refused', 'sign_in_link_made', 'act_refused'],
  },
]

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
