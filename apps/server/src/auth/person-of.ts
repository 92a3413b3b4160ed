import { OWNER } from './people.ts'

/** Who answers for an actor: a token's person, and the owner for who is at the machine. */
export function personOf(actor: string): string {
  return actor === 'token' ? OWNER : (actor.split('/', 1)[0] ?? actor)
}
