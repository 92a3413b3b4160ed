// messages have a time, and the room counts them for each nick
import { type Down, monitor, type Pid, register, whereis } from '@strata/runtime/process'
import { type CallHandlers, cast, IGNORE } from '@strata/runtime/server'

export interface Said {
  /** The sender's own: a message that is sent again is said once. */
  readonly id: string
  readonly seq: number
  readonly nick: string
  readonly text: string
  /** ISO 8601; `null`: said before the room kept times. */
  readonly at: string | null
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
  /** How much everybody said. */
  readonly counts: Readonly<Record<string, number>>
}

/** A room keeps the generation that made its state until it is moved: the next one may know another state. */
export const pinned = true

const HISTORY_MAX = 200

export function init(name: string): State | typeof IGNORE {
  // Somebody may have opened it anew before its supervisor did.
  if (whereis(`room:${name}`) !== undefined) return IGNORE
  register(`room:${name}`)
  return { name, members: new Map(), history: [], seq: 0, counts: {} }
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
    const said: Said = { id, nick, text, seq: state.seq + 1, at: new Date().toISOString() }
    tell(state, { type: 'said', said })
    const counts = { ...state.counts, [nick]: (state.counts[nick] ?? 0) + 1 }
    return { reply: { seq: said.seq }, state: { ...state, counts, seq: said.seq, history: [...state.history, said].slice(-HISTORY_MAX) } }
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

/** Generation 1 knew neither times nor counts. */
export function codeChange(from: number, state: State): State {
  if (from > 1) return state
  const history = state.history.map((said) => ({ ...said, at: null }))
  const counts: Record<string, number> = {}
  for (const { nick } of history) counts[nick] = (counts[nick] ?? 0) + 1
  return { ...state, history, counts }
}

function tell({ members }: State, news: object): void {
  for (const member of members.keys()) cast(member, news)
}
