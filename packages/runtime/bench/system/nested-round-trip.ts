// two processes, an order to and fro
import { type Pid, receive, self, send, spawn } from '@strata/runtime/process'

interface Order {
  readonly number: number
  readonly customer: { readonly name: string; readonly tags: readonly string[] }
  readonly lines: readonly { readonly sku: string; readonly count: number }[]
}

type Message = { readonly type: 'order'; readonly from: Pid; readonly order: Order } | { readonly type: 'stop' }

export async function nestedRoundTrip(count: number): Promise<void> {
  const clerk = spawn(confirm)
  await orders(count, clerk)
  send(clerk, { type: 'stop' })
}

async function orders(count: number, clerk: Pid): Promise<void> {
  if (count === 0) return
  const order = makeOrder(count)
  send(clerk, { type: 'order', from: self(), order })
  await receive()
  return orders(count - 1, clerk)
}

function makeOrder(number: number): Order {
  return {
    number,
    customer: { name: 'Ada', tags: ['new', 'paid'] },
    lines: [
      { sku: 'a-1', count: number },
      { sku: 'b-2', count: 2 },
    ],
  }
}

async function confirm(): Promise<void> {
  const message = await receive<Message>()
  if (message.type === 'stop') return
  const order = { ...message.order, total: 3 }
  send(message.from, { type: 'confirmed', order })
  return confirm()
}
