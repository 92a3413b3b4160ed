import type { ClientFault } from '@strata/server'
import { showInvisible, truncate } from '@strata/ui'

type Forbidden = Extract<ClientFault, { code: 'forbidden' }>

const NAME_MAX = 80

/** Why a call is not for this caller, and who can help. */
export function forbiddenSentence(fault: Forbidden): string {
  switch (fault.why) {
    case 'not_your_plan':
      return `This plan belongs to ${outside(fault.owner)}. Make your own to execute it.`
    case 'role':
      return `Refused: ${fault.verb} needs ${fault.needs}; you are ${fault.has}. ${whoHasIt(fault.who)}`
    case 'token_verb':
      return `Refused: this token is narrowed to ${fault.allowed.map(outside).join(', ') || 'reading'}, and this is ${fault.verb}.`
    case 'token_module':
      return fault.module === null
        ? `Refused: this token is narrowed to ${fault.allowed.map(outside).join(', ')}, and this touches no module by name.`
        : `Refused: this token is narrowed to ${fault.allowed.map(outside).join(', ')}, and this touches ${outside(fault.module)}.`
    case 'person_only':
      return `Refused: ${fault.verb} takes a person who is signed in; this is a token.`
    case 'token_only':
      return 'Refused: only the command line on the machine may do this.'
    case 'foreign_origin':
    case 'not_same_origin':
      return 'Refused: the request did not come from this console.'
  }
}

/** Why a button is off: `needs deployer; you are viewer`. */
export function needsRole(needs: string, has: string): string {
  return `needs ${needs}; you are ${has}`
}

function whoHasIt(who: readonly string[]): string {
  return who.length === 0 ? 'Nobody has it.' : `Ask ${who.map(outside).join(', ')}.`
}

function outside(text: string): string {
  return truncate(showInvisible(text), NAME_MAX)
}
