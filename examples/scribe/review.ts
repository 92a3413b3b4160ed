// has every document look at its links, again and again: part of the drill
import { call, type Pid, receive, send, self, spawn, TIMEOUT, whereis } from '@strata/runtime/process'
import { readSettings } from './settings.ts'

type Message = { readonly type: 'checked'; readonly pid: Pid }

interface State {
  readonly traffic: Pid
  readonly slow: readonly Pid[]
  /** Who was asked and has not answered, and since when. */
  readonly waiting: Map<Pid, number>
  looksAt: number
  /** When the next review of all documents begins. */
  reviewsAt: number
}

const REVIEW_EVERY_MS = 2_000
const LOOK_EVERY_MS = 100
/** Notes that do not answer are asked again at this pace: nobody thought of documents that take seconds. */
const AGAINS_PER_SECOND = 200
/** Emphasis that marked 4 takes seconds over, in one call; the first is the worst. They have a scheduler of their own: the others' goes on. */
const SLOW_LINES = [1, 0.2, 0.2, 0.2, 0.2]

export async function start(): Promise<void> {
  const slow = SLOW_LINES.map((share, index) =>
    spawn({ module: 'session', export: 'open' }, [`# Notes ${index + 1}\n\n${line(share)}\n`], {
      name: `drill/notes-${index + 1}.md`,
      scheduler: 2,
    }),
  )
  const traffic = whereis('traffic')
  if (traffic === undefined) throw new Error('traffic is not there')
  return loop({ traffic, slow, waiting: new Map(), looksAt: 0, reviewsAt: Date.now() + readSettings().drillAfterMs })
}

/** A run of underscores, a letter, and as many stars. */
function line(share: number): string {
  const length = Math.round(share * readSettings().drillLine)
  return `${'_'.repeat(length)}a${'*'.repeat(length)}`
}

async function loop(state: State): Promise<void> {
  const message = await receive<Message>({ after: Math.max(0, state.looksAt - Date.now()) })
  if (message !== TIMEOUT) state.waiting.delete(message.pid)
  if (Date.now() >= state.looksAt) {
    await review(state, Date.now())
    state.looksAt = Date.now() + LOOK_EVERY_MS
  }
  return loop(state)
}

async function review(state: State, now: number): Promise<void> {
  for (const pid of state.slow) {
    const since = state.waiting.get(pid)
    if (since === undefined) continue
    const agains = Math.floor(((now - since) * AGAINS_PER_SECOND) / 1_000)
    for (let again = 0; again < agains; again++) send(pid, { type: 'check', by: self() })
    if (agains > 0) state.waiting.set(pid, now)
  }
  if (now < state.reviewsAt) return
  state.reviewsAt = now + REVIEW_EVERY_MS
  const { documents } = await call<{ documents: readonly Pid[] }>(state.traffic, { type: 'documents' })
  for (const pid of [...state.slow, ...documents]) {
    if (state.waiting.has(pid)) continue
    state.waiting.set(pid, now)
    send(pid, { type: 'check', by: self() })
  }
}
