export const ROLES = ['viewer', 'operator', 'deployer', 'admin'] as const

/** What each role adds to the ones before. */
export const ROLE_WORDS: Readonly<Record<(typeof ROLES)[number], string>> = {
  viewer: 'Sees stacks, pins, processes, charts and activity, and changes nothing.',
  operator: 'Also sources and previews, soft purge, kill, exit, upgrade, suspend.',
  deployer: 'Also load, rollback, force purge, delete, hold, mark, send, restart of a scheduler.',
  admin: 'Also people, tokens, settings and backups.',
}

export function roleOf(text: string): (typeof ROLES)[number] {
  return ROLES.find((role) => role === text) ?? 'viewer'
}
