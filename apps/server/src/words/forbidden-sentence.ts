import type { ClientFault } from '../fault.ts'

type Forbidden = Extract<ClientFault, { code: 'forbidden' }>

/** Why a call is not for this caller, and who can help. Text from outside stays raw: whoever shows it escapes it. */
export function forbiddenSentence(fault: Forbidden): string {
  switch (fault.why) {
    case 'not_your_plan':
      return `Refused: plan ${fault.plan} is ${fault.owner}’s, and only ${fault.owner} may execute it. Make your own.`
    case 'role':
      return `Refused: ${fault.verb} ${needsRole(fault.needs, fault.has)}. ${fault.who.length === 0 ? 'Nobody has it.' : `Ask ${fault.who.join(', ')}.`}`
    case 'token_verb':
      return `Refused: this token is narrowed to ${fault.allowed.join(', ') || 'reading'}, and this is ${fault.verb}.`
    case 'token_module':
      return `Refused: this token is narrowed to ${fault.allowed.join(', ')}, and this touches ${fault.module ?? 'no module by name'}.`
    case 'person_only':
      return `Refused: ${fault.verb} takes a person who is signed in, or the machine itself; this is a token.`
    case 'token_only':
      return 'Refused: only who can read the server’s own token may do this: run it on the machine.'
    case 'foreign_origin':
    case 'not_same_origin':
      return 'Refused: the request did not come from this console.'
  }
}

/** Why a button is off: `needs deployer; you are viewer`. */
export function needsRole(needs: string, has: string): string {
  return `needs ${needs}; you are ${has}`
}
