import type { ClientFault } from '../fault.ts'

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
  | 'same_person'
  | 'came_by_link'
  | 'signed_already'

export type AccountFault = Extract<ClientFault, { code: AccountCode }>

/** What was refused of an account, a session, a token or an approval. Total by types. Text from outside stays raw: whoever shows it escapes it. */
export function accountSentence(fault: AccountFault): string {
  switch (fault.code) {
    case 'invalid_credentials':
      return 'This name and password do not fit together.'
    case 'weak_password':
      return {
        short: `Too short: at least ${fault.min} characters. Four words that have nothing to do with each other are good.`,
        repeats: 'Too few different characters. Four words that have nothing to do with each other are good.',
        name: 'It is hardly more than the name. Four words that have nothing to do with each other are good.',
      }[fault.why]
    case 'unknown_person':
      return `Nobody here is called ${fault.person}.`
    case 'person_disabled':
      return `${fault.person} is disabled. Enable the account first.`
    case 'name_taken':
      return `The name ${fault.person} is taken, and names are given once.`
    case 'owner_fixed':
      return 'The owner stays an admin, and comes in by the machine’s link: whoever has the machine can restart everything anyway.'
    case 'identity_taken':
      return `${fault.person} signs in with this identity already.`
    case 'no_provider':
      return fault.why === 'away'
        ? 'The identity provider does not answer. Sign in with your password, or try again in a moment.'
        : 'No identity provider is set up here.'
    case 'unknown_session':
      return 'This session has ended already.'
    case 'unknown_token':
      return 'There is no such token.'
    case 'too_many_tokens':
      return `You have ${fault.limit} tokens that work; that is the limit. Revoke some.`
    case 'same_person':
      return `Refused: it takes somebody else than ${fault.person}.`
    case 'came_by_link':
      return `Refused: ${fault.person} came in by a link of ${fault.maker}’s, and is no second person for ${fault.maker} until ${fault.until}. Ask somebody else.`
    case 'signed_already':
      return `${fault.by} has signed this already.`
  }
}
