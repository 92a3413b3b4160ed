// measures one thing after the other, when asked
import { receive, reply } from '@strata/runtime/process'
import { idleBytes } from './idle.ts'
import { nestedRoundTrip } from './nested-round-trip.ts'
import { ring } from './ring.ts'
import { roundTrip } from './round-trip.ts'
import { spawnExit } from './spawn-exit.ts'

export interface Request {
  readonly name: 'round_trip' | 'nested_round_trip' | 'ring' | 'spawn_exit' | 'idle_bytes'
  readonly count: number
}

export async function start(): Promise<void> {
  const request = await receive<Request>()
  reply(request, await measure(request))
  return start()
}

/** Nanoseconds for one, or bytes for one. */
async function measure({ name, count }: Request): Promise<number> {
  if (name === 'idle_bytes') return idleBytes(count)
  const startedAt = performance.now()
  await work(name, count)
  return ((performance.now() - startedAt) * 1e6) / count
}

async function work(name: Exclude<Request['name'], 'idle_bytes'>, count: number): Promise<void> {
  switch (name) {
    case 'round_trip':
      return await roundTrip(count)
    case 'nested_round_trip':
      return await nestedRoundTrip(count)
    case 'ring':
      return await ring(count)
    case 'spawn_exit':
      return await spawnExit(count)
  }
}
