// a thousand processes in a ring, one token
import { type Pid, receive, self, send, spawn } from '@strata/runtime/process'

const RING = 1_000

type Message = { readonly type: 'token'; readonly left: number } | { readonly type: 'next'; readonly next: Pid } | { readonly type: 'stop' }

export async function ring(hops: number): Promise<void> {
  const starter = self()
  const last = spawn(node, [undefined, starter])
  let first = last
  for (let count = 1; count < RING; count++) first = spawn(node, [first, starter])
  send(last, { type: 'next', next: first })
  send(first, { type: 'token', left: hops })
  await receive()
  send(first, { type: 'stop' })
}

async function node(next: Pid, starter: Pid): Promise<void> {
  const message = await receive<Message>()
  switch (message.type) {
    case 'token':
      if (message.left === 0) send(starter, { type: 'done' })
      else send(next, { type: 'token', left: message.left - 1 })
      return node(next, starter)
    case 'next':
      return node(message.next, starter)
    case 'stop':
      send(next, message)
  }
}
