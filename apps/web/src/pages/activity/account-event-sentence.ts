import type { AccountEvent } from '@strata/server/words'
import { accountEventSentence } from '@strata/server/words'
import type { IconName, Tone } from '@strata/ui'
import { linkAct, linkApprovals } from '../../links.ts'
import { type EventSentence, outside, type Part, tell } from './sentence-parts.ts'

type Look = readonly [tone: Tone, icon: IconName, label: string]

const LOOKS: Readonly<Record<AccountEvent['type'], Look>> = {
  person_invited: ['info', 'signOut', 'People'],
  invitation_accepted: ['good', 'check', 'People'],
  role_changed: ['warn', 'lock', 'People'],
  person_disabled: ['warn', 'lock', 'People'],
  person_enabled: ['info', 'check', 'People'],
  password_changed: ['info', 'lock', 'People'],
  sessions_ended: ['info', 'signOut', 'Sign-out'],
  token_made: ['info', 'lock', 'Tokens'],
  token_revoked: ['info', 'lock', 'Tokens'],
  identity_linked: ['info', 'lock', 'People'],
  setting_changed: ['warn', 'lock', 'Settings'],
  approval_asked: ['warn', 'lock', 'Approval'],
  plan_approved: ['good', 'check', 'Approval'],
  plan_declined: ['warn', 'close', 'Approval'],
  glass_broken: ['bad', 'warning', 'Break-glass'],
  glass_signed: ['good', 'check', 'Break-glass'],
}

/** What happened to accounts, sessions, tokens and approvals, with a way to its plan or act. */
export function tellAccountEvent(event: AccountEvent): EventSentence {
  const [tone, icon, label] = LOOKS[event.type]
  return tell(tone, icon, label, [outside(accountEventSentence(event)), ...wayTo(event)], 'reason' in event ? event.reason : '')
}

function wayTo(event: AccountEvent): readonly Part[] {
  if ('act' in event) return [' ', { text: 'Its receipt', to: linkAct(event.act) }]
  return event.type === 'approval_asked' ? [' ', { text: 'Look at it', to: linkApprovals({ plan: event.plan }) }] : []
}
