// many processes that wait
import { type Pid, receive, reply, self, send, spawn } from '@strata/runtime/process'

type Message = { readonly type: 'hello'; readonly from: Pid } | { readonly type: 'stop' }

export async function start(): Promise<void> {
  const request = await receive<{ readonly count: number }>()
  reply(request, await idleBytes(request.count))
  return start()
}

/** Bytes of heap that one waiting process takes. */
async function idleBytes(count: number): Promise<number> {
  const before = usedBytes()
  const pids: Pid[] = []
  for (let n = 0; n < count; n++) pids.push(spawn(idle, [n]))
  for (const pid of pids) {
    send(pid, { type: 'hello', from: self() })
    await receive()
  }
  const bytes = (usedBytes() - before) / count
  for (const pid of pids) send(pid, { type: 'stop' })
  return bytes
}

async function idle(n: number): Promise<void> {
  const message = await receive<Message>()
  if (message.type === 'stop') return
  send(message.from, { type: 'hello', n })
  return idle(n)
}

function usedBytes(): number {
  if (globalThis.gc === undefined) throw new Error('the bench is run with --expose-gc')
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
