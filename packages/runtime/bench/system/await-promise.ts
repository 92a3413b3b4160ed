// two processes; the one that is asked waits for a real promise before it answers
import { type Pid, receive, self, send, spawn } from '@strata/runtime/process'

type Ping = { readonly type: 'ping'; readonly from: Pid; readonly n: number } | { readonly type: 'stop' }

export async function awaitPromise(count: number): Promise<void> {
  const other = spawn(answerLater)
  await pings(count, other)
  send(other, { type: 'stop' })
}

async function pings(count: number, other: Pid): Promise<void> {
  if (count === 0) return
  send(other, { type: 'ping', from: self(), n: count })
  await receive()
  return pings(count - 1, other)
}

async function answerLater(): Promise<void> {
  const message = await receive<Ping>()
  if (message.type === 'stop') return
  const n = await Promise.resolve(message.n)
  send(message.from, { type: 'pong', n })
  return answerLater()
}
