/** What somebody may do; each includes the ones before. */
export const ROLES = ['viewer', 'operator', 'deployer', 'admin'] as const

export type Role = (typeof ROLES)[number]

/** Whether whoever has the one role may do what needs the other. */
export function includesRole(has: Role, needed: Role): boolean {
  return ROLES.indexOf(has) >= ROLES.indexOf(needed)
}
