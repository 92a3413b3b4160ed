// many processes that wait, and two that never do
import { type Pid, receive, reply, self, send, spawn } from '@strata/runtime/process'

const AT_ONCE = 1_000

export async function start(): Promise<void> {
  const request = await receive<{ readonly count: number }>()
  for (let n = 0; n < request.count; n++) spawn(idle)
  const other = spawn(echo)
  const busy = spawn(pings, [other, 0])
  reply(request, busy)
  return start()
}

async function idle(): Promise<void> {
  await receive()
}

async function echo(): Promise<void> {
  const message = await receive<{ readonly from: Pid }>()
  send(message.from, { type: 'pong' })
  return echo()
}

/** Counts its round trips, and tells how many there were to whoever asks. */
async function pings(other: Pid, count: number): Promise<void> {
  if (count % AT_ONCE === 0) {
    const asked = await receive<{ readonly type: 'count' }>({ match: (message) => message.type === 'count', after: 0 })
    if (typeof asked === 'object') reply(asked, count)
  }
  send(other, { type: 'ping', from: self() })
  await receive({ match: (message) => message.type === 'pong' })
  return pings(other, count + 1)
}
