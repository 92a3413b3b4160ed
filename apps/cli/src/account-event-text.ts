import type { ServerEvent } from '@strata/server'
import { countOf } from './format-figures.ts'

type AccountEvent = Extract<
  ServerEvent,
  {
    type:
      | 'person_invited'
      | 'invitation_accepted'
      | 'role_changed'
      | 'person_disabled'
      | 'person_enabled'
      | 'password_changed'
      | 'sessions_ended'
      | 'token_made'
      | 'token_revoked'
      | 'identity_linked'
      | 'setting_changed'
      | 'approval_asked'
      | 'plan_approved'
      | 'glass_broken'
      | 'glass_signed'
  }
>

/** What happened to accounts, sessions and tokens, as a sentence. Text from outside stays raw: the caller escapes it. */
export function accountEventText(event: AccountEvent): string {
  switch (event.type) {
    case 'person_invited':
      return event.again
        ? `fresh sign-in link made for ${event.person} · ${event.actor}`
        : `${event.person} invited as ${event.role} · ${event.actor}`
    case 'invitation_accepted':
      return `${event.actor} accepted the invitation (${event.through})`
    case 'role_changed':
      return `${event.person} is ${event.is}, before ${event.was}${by(event)}`
    case 'person_disabled':
      return `${event.person} disabled${by(event)}`
    case 'person_enabled':
      return `${event.person} enabled${by(event)}`
    case 'password_changed':
      return `password of ${event.person} changed, ${countOf(event.ended, 'other session')} ended · ${event.actor}`
    case 'sessions_ended':
      return `${countOf(event.ended, 'session')} of ${event.person} ended · ${event.actor}`
    case 'token_made':
      return `token ${event.token} made: ${event.role}${event.verbs === null ? '' : `, only ${event.verbs.join(', ')}`}${event.within === null ? '' : `, only in ${event.within.join(', ')}`}${event.expiresAt === null ? '' : `, until ${event.expiresAt}`} · ${event.actor}`
    case 'token_revoked':
      return `token ${event.token} revoked · ${event.actor}`
    case 'identity_linked':
      return `${event.actor} can sign in by ${event.issuer}`
    case 'setting_changed':
      return `second person for purges switched ${event.is ? 'on' : 'off'}${by(event)}`
    case 'approval_asked':
      return `approval asked for ${event.verb} ${event.modules.join(', ')} (plan ${event.plan})${by(event)}`
    case 'plan_approved':
      return `${event.verb} ${event.modules.join(', ')} of ${event.owner} approved (plan ${event.plan})${by(event)}`
    case 'glass_broken':
      return `glass broken: ${event.verb} ${event.modules.join(', ')} without a second person (act ${event.act})${by(event)}`
    case 'glass_signed':
      return `act ${event.act} of ${event.owner} signed${by(event)}`
  }
}

function by({ actor, reason }: { readonly actor: string; readonly reason: string }): string {
  return ` · ${actor}${reason === '' ? '' : `: ${reason}`}`
}
