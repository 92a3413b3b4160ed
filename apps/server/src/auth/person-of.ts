/** The one who has the machine: always an admin, never disabled, so that nobody is locked out of what they can restart anyway. */
export const OWNER = 'owner'

/** Who answers for an actor: a token's person, and the owner for who is at the machine. */
export function personOf(actor: string): string {
  return actor === 'token' ? OWNER : (actor.split('/', 1)[0] ?? actor)
}
