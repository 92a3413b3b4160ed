import type { ServerEvent } from '@strata/server'
import { formatPlural, formatUtc } from '@strata/ui'
import { linkAct, linkApprovals } from '../../links.ts'
import { type EventSentence, outside, tell } from './sentence-parts.ts'

export type AccountEvent = Extract<
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

/** What happened to accounts, sessions and tokens. Total by types. */
export function tellAccountEvent(event: AccountEvent): EventSentence {
  const actor = outside(event.actor)
  switch (event.type) {
    case 'person_invited':
      return tell('info', 'signOut', 'People', [
        event.again
          ? `${actor} made a fresh sign-in link for ${outside(event.person)}.`
          : `${actor} invited ${outside(event.person)} as ${event.role}.`,
      ])
    case 'invitation_accepted':
      return tell('good', 'check', 'People', [
        `${actor} accepted an invitation${event.through === 'oidc' ? ', by the identity provider' : ' and chose a password'}.`,
      ])
    case 'role_changed':
      return tell('warn', 'lock', 'People', [`${actor} made ${outside(event.person)} ${event.is}, before ${event.was}.`], event.reason)
    case 'person_disabled':
      return tell(
        'warn',
        'lock',
        'People',
        [`${actor} disabled ${outside(event.person)}: signed out everywhere, and their tokens with them.`],
        event.reason,
      )
    case 'person_enabled':
      return tell('info', 'check', 'People', [`${actor} enabled ${outside(event.person)} again.`], event.reason)
    case 'password_changed':
      return tell('info', 'lock', 'People', [
        `${actor} changed the password of ${outside(event.person)}; ${formatPlural(event.ended, 'other session')} ended.`,
      ])
    case 'sessions_ended':
      return tell('info', 'signOut', 'Sign-out', [`${actor} ended ${formatPlural(event.ended, 'session')} of ${outside(event.person)}.`])
    case 'token_made':
      return tell('info', 'lock', 'Tokens', [
        `${actor} made the token ${outside(event.token)}: ${event.role}`,
        event.verbs === null ? '' : `, only ${event.verbs.map(outside).join(', ')}`,
        event.within === null ? '' : `, only in ${event.within.map(outside).join(', ')}`,
        event.expiresAt === null ? ', until it is revoked.' : `, until ${formatUtc(Date.parse(event.expiresAt))}.`,
      ])
    case 'token_revoked':
      return tell('info', 'lock', 'Tokens', [`${actor} revoked the token ${outside(event.token)}.`])
    case 'identity_linked':
      return tell('info', 'lock', 'People', [`${actor} can sign in by ${outside(event.issuer)}, too.`])
    case 'setting_changed':
      return tell('warn', 'lock', 'Settings', [`${actor} switched the second person for purges ${event.is ? 'on' : 'off'}.`], event.reason)
    case 'approval_asked':
      return tell(
        'warn',
        'lock',
        'Approval',
        [`${actor} asks a second person for `, { text: planText(event), to: linkApprovals({ plan: event.plan }) }, '.'],
        event.reason,
      )
    case 'plan_approved':
      return tell('good', 'check', 'Approval', [`${actor} approved ${planText(event)} of ${outside(event.owner)}.`], event.reason)
    case 'glass_broken':
      return tell(
        'bad',
        'warning',
        'Break-glass',
        [`${actor} did without a second person: `, { text: planText(event), to: linkAct(event.act) }, '. Somebody else has to sign it.'],
        event.reason,
      )
    case 'glass_signed':
      return tell(
        'good',
        'check',
        'Break-glass',
        [`${actor} signed what ${outside(event.owner)} did without a second person: `, { text: 'the act', to: linkAct(event.act) }, '.'],
        event.reason,
      )
  }
}

function planText({ verb, modules }: { readonly verb: string; readonly modules: readonly string[] }): string {
  return outside(`${verb} ${modules.join(', ')}`)
}
