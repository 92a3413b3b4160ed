// start one, ask it one thing, it answers and ends
import { type Pid, receive, self, send, spawn } from '@strata/runtime/process'

export async function spawnExit(count: number): Promise<void> {
  if (count === 0) return
  const pid = spawn(answerOnce)
  send(pid, { type: 'ask', from: self(), n: count })
  await receive()
  return spawnExit(count - 1)
}

async function answerOnce(): Promise<void> {
  const message = await receive<{ from: Pid; n: number }>()
  send(message.from, { type: 'answer', n: message.n })
}
