import type { ServerEvent } from '../activity/activity-event.ts'

type AccountEventType =
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
  | 'plan_declined'
  | 'glass_broken'
  | 'glass_signed'

export type AccountEvent = Extract<ServerEvent, { type: AccountEventType }>

/** What happened to accounts, sessions, tokens and approvals. Total by types. Text from outside stays raw: whoever shows it escapes it. */
export function accountEventSentence(event: AccountEvent): string {
  const { actor } = event
  switch (event.type) {
    case 'person_invited':
      return event.again ? `${actor} made a fresh sign-in link for ${event.person}.` : `${actor} invited ${event.person} as ${event.role}.`
    case 'invitation_accepted':
      return `${actor} came in by a link${event.of === undefined ? '' : ` of ${event.of}`}${event.through === 'oidc' ? ', by the identity provider' : ' and chose a password'}.`
    case 'role_changed':
      return `${actor} made ${event.person} ${event.is}, before ${event.was}.`
    case 'person_disabled':
      return `${actor} disabled ${event.person}: signed out everywhere, and their tokens with them.`
    case 'person_enabled':
      return `${actor} enabled ${event.person} again.`
    case 'password_changed':
      return `${actor} changed the password of ${event.person}; ${countOf(event.ended, 'other session')} ended.`
    case 'sessions_ended':
      return `${actor} ended ${countOf(event.ended, 'session')} of ${event.person}.`
    case 'token_made': {
      const { token, role, verbs, within, expiresAt } = event
      const bounds = [verbs === null ? '' : `, only ${verbs.join(', ')}`, within === null ? '' : `, only in ${within.join(', ')}`].join('')
      return `${actor} made the token ${token}: ${role}${bounds}, until ${expiresAt ?? 'it is revoked'}.`
    }
    case 'token_revoked':
      return `${actor} revoked the token ${event.token}.`
    case 'identity_linked':
      return `${actor} can sign in by ${event.issuer}, too.`
    case 'setting_changed':
      return `${actor} switched the second person for purges ${event.is ? 'on' : 'off'}.`
    case 'approval_asked':
      return `${actor} asks a second person for ${planText(event)} (plan ${event.plan}).`
    case 'plan_approved':
      return `${actor} approved ${planText(event)} of ${event.owner} (plan ${event.plan}).`
    case 'plan_declined':
      return `${actor} refused to approve ${planText(event)} of ${event.owner} (plan ${event.plan}).`
    case 'glass_broken':
      return `${actor} did without a second person: ${planText(event)} (act ${event.act}). Somebody else has to sign it.`
    case 'glass_signed':
      return `${actor} signed what ${event.owner} did without a second person (act ${event.act}).`
  }
}

function planText({ verb, modules }: { readonly verb: string; readonly modules: readonly string[] }): string {
  return `${verb} ${modules.join(', ')}`
}

function countOf(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}
