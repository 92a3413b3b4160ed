// does one kind of work after the other, when asked
import { receive, reply } from '@strata/runtime/process'
import { awaitPromise } from './await-promise.ts'
import { nestedRoundTrip } from './nested-round-trip.ts'
import { ring } from './ring.ts'
import { roundTrip } from './round-trip.ts'
import { serverCalls } from './server-calls.ts'
import { spawnExit } from './spawn-exit.ts'

export interface Request {
  readonly name: 'round_trip' | 'nested_round_trip' | 'server_call' | 'ring' | 'spawn_exit' | 'await_promise'
  readonly count: number
}

export async function start(): Promise<void> {
  const request = await receive<Request>()
  await work(request)
  reply(request, 'done')
  return start()
}

async function work({ name, count }: Request): Promise<void> {
  switch (name) {
    case 'round_trip':
      return await roundTrip(count)
    case 'nested_round_trip':
      return await nestedRoundTrip(count)
    case 'server_call':
      return await serverCalls(count)
    case 'ring':
      return await ring(count)
    case 'spawn_exit':
      return await spawnExit(count)
    case 'await_promise':
      return await awaitPromise(count)
  }
}
