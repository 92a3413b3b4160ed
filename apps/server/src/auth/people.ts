import { randomBytes } from 'node:crypto'
import type { Clock } from '@strata/runtime'
import { refuseCall } from '../fault.ts'
import { OWNER, personOf } from './person-of.ts'
import { includesRole, type Role } from './role.ts'
import { hashSecret } from './sign-in-codes.ts'

/** How long an invitation works. */
export const INVITATION_LIFE_MS = 7 * 24 * 60 * 60_000
const CODE_BYTES = 24
/** Actors that are nobody's name. */
const RESERVED = new Set(['token', 'system', 'nobody', 'anyone', 'admin', 'machine'])

/** Who somebody is at an OpenID provider: only issuer and subject together name one person for good. */
export interface OidcIdentity {
  readonly issuer: string
  readonly subject: string
}

/** An account as it is kept. Its name is its identity and is never given to another. */
export interface Person {
  readonly name: string
  /** As people write it; text from outside. */
  readonly fullName: string
  readonly role: Role
  readonly createdAt: number
  readonly createdBy: string
  readonly disabledAt: number | null
  /** argon2id, with its salt and cost. */
  readonly passwordHash: string | null
  readonly oidc: OidcIdentity | null
  /** The hash of the one link that is open, and who made it. */
  readonly invitation: { readonly hash: string; readonly expiresAt: number; readonly by?: string } | null
  /** Whose link was the last to be used up, and when; `again`: the account could be entered before. */
  readonly letIn?: { readonly by: string; readonly at: number; readonly again: boolean }
}

/** An account as others see it. */
export interface PersonView {
  readonly name: string
  readonly fullName: string
  readonly role: Role
  readonly status: 'active' | 'invited' | 'disabled'
  readonly createdAt: string
  readonly createdBy: string
  readonly signsInBy: readonly ('password' | 'oidc' | 'link')[]
  readonly invitationExpiresAt: string | null
}

/** Where people outlive the server. */
export interface PeopleKeeper {
  kept(person: Person): void
}

const NOWHERE: PeopleKeeper = { kept: () => {} }

/** The accounts. Each change is told to listeners at once, so that a role that is taken away is gone in open streams too. */
export class People {
  readonly #clock: Clock
  readonly #keeper: PeopleKeeper
  readonly #byName: Map<string, Person>
  readonly #listeners = new Set<(person: Person) => void>()

  constructor(clock: Clock, kept: readonly Person[] = [], keeper = NOWHERE) {
    this.#clock = clock
    this.#keeper = keeper
    this.#byName = new Map(kept.map((person) => [person.name, person]))
    if (!this.#byName.has(OWNER)) this.#keep(this.#fresh(OWNER, '', 'admin', OWNER))
  }

  find(name: string): Person | undefined {
    return this.#byName.get(name)
  }

  /** Refuses with `unknown_person`. */
  get(name: string): Person {
    return this.#byName.get(name) ?? refuseCall({ code: 'unknown_person', person: name.slice(0, 80) })
  }

  list(): readonly PersonView[] {
    return [...this.#byName.values()].map((person) => this.view(person))
  }

  /** Names of those whose role is enough, the first ones. */
  with(role: Role): readonly string[] {
    return [...this.#byName.values()]
      .filter((person) => person.disabledAt === null && includesRole(person.role, role))
      .map(({ name }) => name)
      .slice(0, 10)
  }

  /** A new account with a link that lets its person choose how to sign in. Refuses with `name_taken` and `invalid_input`. */
  invite(name: string, fullName: string, role: Role, by: string): { readonly person: Person; readonly code: string } {
    if (this.#byName.has(name) || RESERVED.has(name)) refuseCall({ code: 'name_taken', person: name })
    return this.#withInvitation(this.#fresh(name, fullName, role, by), by)
  }

  /** A new link for an account that is there, in place of the one before. Nobody but the owner makes one for the owner. */
  renewInvitation(name: string, by: string): { readonly person: Person; readonly code: string } {
    const person = this.get(name)
    if (personOf(by) !== OWNER) this.#refuseOwner(name)
    if (person.disabledAt !== null) refuseCall({ code: 'person_disabled', person: name })
    return this.#withInvitation(person, by)
  }

  /** Whose open link this is. Refuses with `invalid_code`, without telling a spent one from one that never was. */
  invited(code: string): Person {
    const hash = hashOf(code)
    // By hash, so that the time taken says nothing about the code.
    const person = [...this.#byName.values()].find((one) => one.invitation?.hash === hash)
    const invitation = person?.invitation ?? null
    if (person === undefined || invitation === null || person.disabledAt !== null)
      return refuseCall({ code: 'invalid_code', why: 'unknown' })
    if (invitation.expiresAt <= this.#clock.now()) return refuseCall({ code: 'invalid_code', why: 'expired' })
    return person
  }

  /** Who this is at the provider. */
  byIdentity({ issuer, subject }: OidcIdentity): Person | undefined {
    return [...this.#byName.values()].find(({ oidc }) => oidc?.issuer === issuer && oidc.subject === subject)
  }

  /** Uses the open link up, and keeps who made it. Refuses with `identity_taken`. */
  accept(name: string, way: { readonly passwordHash: string } | { readonly oidc: OidcIdentity }): Person {
    const { invitation, createdBy, passwordHash, oidc } = this.get(name)
    const again = passwordHash !== null || oidc !== null
    const entered = 'oidc' in way ? this.setIdentity(name, way.oidc) : this.setPassword(name, way.passwordHash)
    return this.#keep({ ...entered, letIn: { by: invitation?.by ?? createdBy, at: this.#clock.now(), again } })
  }

  /** Uses the open link up. */
  setPassword(name: string, passwordHash: string): Person {
    return this.#keep({ ...this.get(name), passwordHash, invitation: null })
  }

  /** Uses the open link up. Refuses with `identity_taken`. */
  setIdentity(name: string, oidc: OidcIdentity): Person {
    const other = this.byIdentity(oidc)
    if (other !== undefined && other.name !== name) refuseCall({ code: 'identity_taken', person: other.name })
    return this.#keep({ ...this.get(name), oidc, invitation: null })
  }

  setRole(name: string, role: Role): Person {
    this.#refuseOwner(name)
    return this.#keep({ ...this.get(name), role })
  }

  setDisabled(name: string, disabled: boolean): Person {
    this.#refuseOwner(name)
    const person = this.get(name)
    return this.#keep({ ...person, disabledAt: disabled ? this.#clock.now() : null, invitation: disabled ? null : person.invitation })
  }

  /** Told of each change of an account. Returns how to stop. */
  onChange(listener: (person: Person) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  view(person: Person): PersonView {
    const { name, fullName, role, invitation, passwordHash, oidc } = person
    const canSignIn = passwordHash !== null || oidc !== null || name === OWNER
    return {
      name,
      fullName,
      role,
      status: person.disabledAt !== null ? 'disabled' : canSignIn ? 'active' : 'invited',
      createdAt: iso(person.createdAt),
      createdBy: person.createdBy,
      signsInBy: [
        ...(name === OWNER ? (['link'] as const) : []),
        ...(passwordHash === null ? [] : (['password'] as const)),
        ...(oidc === null ? [] : (['oidc'] as const)),
      ],
      invitationExpiresAt: invitation === null ? null : iso(invitation.expiresAt),
    }
  }

  #fresh(name: string, fullName: string, role: Role, createdBy: string): Person {
    const none = { disabledAt: null, passwordHash: null, oidc: null, invitation: null }
    return { name, fullName, role, createdAt: this.#clock.now(), createdBy, ...none }
  }

  #withInvitation(person: Person, by: string): { readonly person: Person; readonly code: string } {
    const code = randomBytes(CODE_BYTES).toString('base64url')
    const invitation = { hash: hashOf(code), expiresAt: this.#clock.now() + INVITATION_LIFE_MS, by }
    return { person: this.#keep({ ...person, invitation }), code }
  }

  #refuseOwner(name: string): void {
    if (name === OWNER) refuseCall({ code: 'owner_fixed' })
  }

  #keep(person: Person): Person {
    this.#byName.set(person.name, person)
    this.#keeper.kept(person)
    for (const listener of [...this.#listeners]) listener(person)
    return person
  }
}

function hashOf(code: string): string {
  return hashSecret(code).toString('base64url')
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
