import { type Down, monitor, type Pid, self, send } from '@strata/runtime/process'
import { call, ref, type CallHandlers } from '@strata/runtime/server'
import type { RoomCalls } from './room.ts'

/** What a connection asks of its member. */
export interface MemberCalls {
  /** Answers once the room has said it. */
  say(message: { readonly id: string; readonly text: string }): { readonly seq: number }
}

interface State {
  readonly room: string
  readonly nick: string
  /** The connection: the host hears what is sent there. */
  readonly outlet: Pid
}

const TEXT_MAX = 2_000

export async function init({ room, nick, outlet }: State): Promise<State> {
  monitor(roomOf(room))
  const { history, nicks } = await call(roomOf(room), { type: 'join', member: self(), nick })
  send(outlet, { type: 'joined_room', room, history, nicks })
  return { room, nick, outlet }
}

export const handleCall: CallHandlers<MemberCalls, State> = {
  async say({ id, text }, state) {
    const said = await call(roomOf(state.room), { type: 'say', id, nick: state.nick, text: text.slice(0, TEXT_MAX) })
    return { reply: said, state }
  },
}

/** The room has ended. The one that takes its place does not know this member: its connection ends, too, and enters anew. */
export function handleInfo(message: Down, state: State): { state: State } | { stop: string } {
  return message.type === 'down' ? { stop: 'shutdown' } : { state }
}

/** News of the room. */
export function handleCast(news: object, state: State): { state: State } {
  send(state.outlet, news)
  return { state }
}

export function codeChange(_from: number, state: State): State {
  return state
}

function roomOf(name: string) {
  return ref<RoomCalls>(`room:${name}`)
}
