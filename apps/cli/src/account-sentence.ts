import type { ClientFault } from '@strata/server'

type AccountCode =
  | 'invalid_credentials'
  | 'weak_password'
  | 'unknown_person'
  | 'person_disabled'
  | 'name_taken'
  | 'owner_fixed'
  | 'identity_taken'
  | 'unknown_session'
  | 'no_provider'
  | 'unknown_token'
  | 'too_many_tokens'

/** What was refused of an account, a session or a token. Text from outside stays raw: the caller escapes it. */
export function accountSentence(fault: Extract<ClientFault, { code: AccountCode }>): string {
  switch (fault.code) {
    case 'invalid_credentials':
      return 'This name and password do not fit together.'
    case 'weak_password':
      return `This password is too weak (${fault.why}): take at least ${fault.min} characters that are not your name.`
    case 'unknown_person':
      return `Nobody here is called ${fault.person}; ./strata people lists who there is.`
    case 'person_disabled':
      return `${fault.person} is disabled: ./strata people enable ${fault.person} first.`
    case 'name_taken':
      return `The name ${fault.person} is taken, and names are given once.`
    case 'owner_fixed':
      return 'The owner stays an admin: whoever has the machine can restart everything anyway.'
    case 'identity_taken':
      return `${fault.person} signs in with this identity already.`
    case 'no_provider':
      return fault.why === 'away' ? 'The identity provider does not answer.' : 'No identity provider is set up.'
    case 'unknown_session':
      return `There is no session ${fault.session}; ./strata sessions lists yours.`
    case 'unknown_token':
      return `There is no token ${fault.token}; ./strata tokens lists them.`
    case 'too_many_tokens':
      return `You have ${fault.limit} tokens that work; that is the limit. Revoke some.`
  }
}
