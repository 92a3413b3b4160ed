import { PEER_SHARE, REPEATS, WORKLOADS } from '../workloads.ts'
import type { Workload } from '../workloads.ts'

/** What a peer does: each resolves when so many have been done, `idle_bytes` with what one takes. */
export type Peer = Readonly<Record<Exclude<Workload['name'], 'server_call'>, (count: number) => Promise<unknown>>>

export interface Order {
  readonly number: number
  readonly customer: { readonly name: string; readonly tags: readonly string[] }
  readonly lines: readonly { readonly sku: string; readonly count: number }[]
}

export function makeOrder(number: number): Order {
  return {
    number,
    customer: { name: 'Ada', tags: ['new', 'paid'] },
    lines: [
      { sku: 'a-1', count: number },
      { sku: 'b-2', count: 2 },
    ],
  }
}

export const RING = 1_000

/** Prints a line for each measurement as `measure.ts` does: name, nanoseconds by the wall's clock and of processor time for one; for memory bytes, twice. */
export async function measurePeer(peer: Peer): Promise<void> {
  const wanted = process.argv[2]
  for (const { name, unit, count: whole } of WORKLOADS) {
    const count = whole * PEER_SHARE
    if (name === 'server_call' || (wanted !== undefined && wanted !== name)) continue
    for (let repeat = 0; repeat < (unit === 'bytes' ? 1 : REPEATS); repeat++) {
      const startedAt = performance.now()
      const before = process.cpuUsage()
      const result = await peer[name](count)
      const { user, system } = process.cpuUsage(before)
      if (unit === 'bytes') console.log(`${name} ${String(result)} ${String(result)}`)
      else console.log(`${name} ${((performance.now() - startedAt) * 1e6) / count} ${((user + system) * 1e3) / count}`)
    }
  }
}

/** Bytes of heap that are in use once all garbage is collected. */
export function usedBytes(): number {
  if (globalThis.gc === undefined) throw new Error('the bench is run with --expose-gc')
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
