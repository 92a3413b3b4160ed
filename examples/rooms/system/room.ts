import { type Down, monitor, type Pid, register, whereis } from '@strata/runtime/process'
import { type CallHandlers, cast, IGNORE } from '@strata/runtime/server'

export interface Said {
  /** The sender's own: a message that is sent again is said once. */
  readonly id: string
  readonly seq: number
  readonly nick: string
  readonly text: string
}

export interface RoomCalls {
  join(message: { readonly member: Pid; readonly nick: string }): { readonly history: readonly Said[]; readonly nicks: readonly string[] }
  /** Answers the place of the message in the room, once everybody there has it in the queue. */
  say(message: { readonly id: string; readonly nick: string; readonly text: string }): { readonly seq: number }
}

interface State {
  readonly name: string
  readonly members: ReadonlyMap<Pid, string>
  readonly history: readonly Said[]
  readonly seq: number
}

/** A room keeps the generation that made its state until it is moved: the next one may know another state. */
export const pinned = true

const HISTORY_MAX = 200

export function init(name: string): State | typeof IGNORE {
  // Somebody may have opened it anew before its supervisor did.
  if (whereis(`room:${name}`) !== undefined) return IGNORE
  register(`room:${name}`)
  return { name, members: new Map(), history: [], seq: 0 }
}

export const handleCall: CallHandlers<RoomCalls, State> = {
  join({ member, nick }, state) {
    monitor(member)
    tell(state, { type: 'joined', nick })
    const members = new Map([...state.members, [member, nick]])
    return { reply: { history: state.history, nicks: [...members.values()] }, state: { ...state, members } }
  },
  say({ id, nick, text }, state) {
    const before = state.history.find((said) => said.id === id && said.nick === nick)
    if (before !== undefined) return { reply: { seq: before.seq }, state }
    const said: Said = { id, nick, text, seq: state.seq + 1 }
    tell(state, { type: 'said', said })
    return { reply: { seq: said.seq }, state: { ...state, seq: said.seq, history: [...state.history, said].slice(-HISTORY_MAX) } }
  },
}

export function handleInfo(message: Down, state: State): { state: State } {
  const nick = state.members.get(message.pid)
  if (message.type !== 'down' || nick === undefined) return { state }
  const members = new Map([...state.members].filter(([pid]) => pid !== message.pid))
  const left = { ...state, members }
  tell(left, { type: 'left', nick })
  return { state: left }
}

export function codeChange(_from: number, state: State): State {
  return state
}

function tell({ members }: State, news: object): void {
  for (const member of members.keys()) cast(member, news)
}
