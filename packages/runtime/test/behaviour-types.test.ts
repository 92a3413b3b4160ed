import { expect, test } from 'vitest'
import { call, cast, ref, start, type CallHandlers, type CastHandlers, type ServerRef } from '../src/behaviours/server.ts'
import type { StateHandlers } from '../src/behaviours/state-machine.ts'
import type { ChildStart } from '../src/behaviours/supervisor.ts'

interface RoomCalls {
  join(message: { readonly name: string }): readonly string[]
  members(): number
  later(message: { readonly ms: number }): Promise<boolean>
}

interface State {
  readonly names: readonly string[]
}

const handleCall: CallHandlers<RoomCalls, State> = {
  join({ name }, { names }) {
    return { reply: [...names, name], state: { names: [...names, name] } }
  },
  // @ts-expect-error: members are a number
  members: (_, state) => ({ reply: 'three', state }),
  later: async (message, state) => ({ reply: message.ms > 0, state }),
}

type RoomCasts = { readonly type: 'kick'; readonly name: string } | { readonly type: 'clear' }

const handleCast: CastHandlers<RoomCasts, State> = {
  kick: ({ name }, { names }) => ({ state: { names: names.filter((other) => other !== name) } }),
  clear: () => ({ state: { names: [] } }),
}

const states: StateHandlers<'open' | 'shut', number, RoomCalls> = {
  open: (event, data) => (event.type === 'timeout' ? { state: 'shut' } : { data: data + 1 }),
  // @ts-expect-error: there is no such state
  shut: () => ({ state: 'ajar' }),
}

const answers: StateHandlers<'open', number, RoomCalls> = {
  // @ts-expect-error: none of its calls is answered with a function
  open: () => ({ reply: () => 1 }),
}

// @ts-expect-error: a child is started by an export or as a behaviour
const both: ChildStart = { module: 'room', behaviour: 'server', export: 'start' }

/** Never called: what it says is said to the type checker. */
async function typed(room: ServerRef<RoomCalls>): Promise<void> {
  const joined: readonly string[] = await call(room, { type: 'join', name: 'anna' })
  const members: number = await call(room, { type: 'members' })
  const later: boolean = await call(room, { type: 'later', ms: 5 }, 100)
  const started: number = await call(await start<RoomCalls>('room', ['topic'], { link: true }), { type: 'members' })
  const named: number = await call(ref<RoomCalls>('lobby'), { type: 'members' })
  // @ts-expect-error: a number is no list of names
  const wrong: readonly string[] = await call(room, { type: 'members' })
  // @ts-expect-error: joining needs a name
  await call(room, { type: 'join' })
  // @ts-expect-error: nobody answers that
  await call(room, { type: 'leave' })
  // @ts-expect-error: a name alone does not say what answers there
  await call('lobby', { type: 'members' })
  cast(room, { type: 'clear' })
  cast('lobby', { type: 'whatever' })
  const told = ref<RoomCalls, RoomCasts>('lobby')
  cast(told, { type: 'kick', name: 'anna' })
  // @ts-expect-error: nobody hears that
  cast(told, { type: 'kik', name: 'anna' })
  void [joined, members, later, started, named, wrong, answers, both]
}

test('SRV1 a call knows its message and its answer, and so do the handlers, at compile time', () => {
  expect([typeof typed, Object.keys(handleCall), Object.keys(handleCast), Object.keys(states)]).toEqual([
    'function',
    ['join', 'members', 'later'],
    ['kick', 'clear'],
    ['open', 'shut'],
  ])
})
