import type { Clock } from '@strata/runtime'
import { RefusedError } from '../fault.ts'
import type { ApiTokens } from './api-tokens.ts'
import type { Caller } from './caller.ts'
import { decideAccess, fullStanding, type Standing } from './decide-access.ts'
import type { People } from './people.ts'
import { includesRole, type Role } from './role.ts'
import type { Rule } from './rule.ts'

interface AccessParts {
  readonly clock: Clock
  readonly people: People
  readonly tokens: ApiTokens
}

/** A stream's right to go on. */
export interface Watch {
  /** Aborts when the caller may no longer; its reason is the refusal. */
  readonly ended: AbortSignal
  /** Told when what the caller may do has changed, and the stream goes on. */
  onChange(listener: () => void): void
  stop(): void
}

/** What each caller may do at this moment: nothing is kept with a session or a request, so that a change counts at once. */
export class Access {
  readonly #parts: AccessParts

  constructor(parts: AccessParts) {
    this.#parts = parts
  }

  /** `null`: the caller is no longer known. */
  standingOf(caller: Caller): Standing | null {
    const { people, tokens } = this.#parts
    const person = people.find(caller.person)
    if (person === undefined || person.disabledAt !== null) return null
    switch (caller.kind) {
      case 'token':
        return fullStanding('admin', true)
      case 'session':
        return caller.ended.aborted ? null : fullStanding(person.role)
      case 'api_token': {
        const token = tokens.find(caller.id)
        if (token === undefined || !tokens.isActive(caller.id)) return null
        const role = includesRole(person.role, token.role) ? token.role : person.role
        return { ...fullStanding(role), isScript: true, verbs: token.verbs, modules: token.modules }
      }
    }
  }

  who(role: Role): readonly string[] {
    return this.#parts.people.with(role)
  }

  /** Watches whether a stream may go on by its rule. */
  watch(caller: Caller, rule: Rule): Watch {
    const { clock, people, tokens } = this.#parts
    const controller = new AbortController()
    const listeners = new Set<() => void>()
    let known = JSON.stringify(this.standingOf(caller))
    const look = (): void => {
      const standing = this.standingOf(caller)
      const refusal = standing === null ? ENDED : decideAccess(rule, standing, (role) => this.who(role))
      if (refusal !== null) return controller.abort(new RefusedError(refusal))
      const now = JSON.stringify(standing)
      if (now === known) return
      known = now
      for (const listener of listeners) listener()
    }
    const stops = [people.onChange(({ name }) => name === caller.person && look())]
    if (caller.kind === 'session') {
      caller.ended.addEventListener('abort', look)
      stops.push(() => caller.ended.removeEventListener('abort', look))
    }
    if (caller.kind === 'api_token') {
      stops.push(tokens.onChange(({ id }) => id === caller.id && look()))
      const expiresAt = tokens.find(caller.id)?.expiresAt ?? null
      if (expiresAt !== null) stops.push(clock.schedule(Math.min(expiresAt - clock.now(), TIMER_MAX_MS), look))
    }
    return {
      ended: controller.signal,
      onChange: (listener) => listeners.add(listener),
      stop: () => {
        for (const stop of stops) stop()
      },
    }
  }
}

const ENDED = { code: 'unauthenticated', why: 'session_ended' } as const
/** Timers take no longer ones; a stream is opened again long before. */
const TIMER_MAX_MS = 2 ** 31 - 1
