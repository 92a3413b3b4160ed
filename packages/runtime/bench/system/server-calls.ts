// calls of a server, one after the other
import { call, start, stop, type ServerRef } from '@strata/runtime/server'
import type { ClerkCalls } from './clerk.ts'

export async function serverCalls(count: number): Promise<void> {
  const clerk = await start<ClerkCalls>('clerk')
  await calls(count, clerk)
  await stop(clerk)
}

async function calls(count: number, clerk: ServerRef<ClerkCalls>): Promise<void> {
  if (count === 0) return
  await call(clerk, { type: 'add', n: count })
  return calls(count - 1, clerk)
}
