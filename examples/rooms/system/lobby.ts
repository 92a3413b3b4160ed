import { whereis, type Pid } from '@strata/runtime/process'
import type { CallHandlers } from '@strata/runtime/server'
import { startChild } from '@strata/runtime/supervisor'

export interface LobbyCalls {
  /** `outlet`: where the member's connection hears. */
  enter(message: {
    readonly room: string
    readonly nick: string
    readonly outlet: Pid
  }): { readonly member: Pid } | { readonly refused: string }
}

const NAME = /^[\p{L}\p{N} _-]{1,40}$/u

export function init(): null {
  return null
}

export const handleCall: CallHandlers<LobbyCalls, null> = {
  async enter({ room, nick, outlet }, state) {
    if (!NAME.test(room) || !NAME.test(nick)) return { reply: { refused: 'a name has 1 to 40 letters, digits, spaces, _ or -' }, state }
    if (whereis(`room:${room}`) === undefined) await startChild('rooms', [room])
    const started = await startChild('members', [{ room, nick, outlet }])
    if (started.status !== 'started') return { reply: { refused: 'the room did not take a member' }, state }
    return { reply: { member: started.pid }, state }
  },
}

export function codeChange(_from: number, state: null): null {
  return state
}
