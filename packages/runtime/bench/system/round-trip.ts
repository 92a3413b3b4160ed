// two processes, one message to and fro
import { type Pid, receive, self, send, spawn } from '@strata/runtime/process'

type Ping = { readonly type: 'ping'; readonly from: Pid; readonly n: number } | { readonly type: 'stop' }

export async function roundTrip(count: number): Promise<void> {
  const other = spawn(echo)
  await pings(count, other)
  send(other, { type: 'stop' })
}

async function pings(count: number, other: Pid): Promise<void> {
  if (count === 0) return
  send(other, { type: 'ping', from: self(), n: count })
  await receive()
  return pings(count - 1, other)
}

async function echo(): Promise<void> {
  const message = await receive<Ping>()
  if (message.type === 'stop') return
  send(message.from, { type: 'pong', n: message.n })
  return echo()
}
