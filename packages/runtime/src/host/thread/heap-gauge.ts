import v8 from 'node:v8'
import type { HeapGauge } from '../../scheduler/heap-watch.ts'
import { exposeCollector } from './collect-garbage.ts'

// Taken before any module can replace it.
const { getHeapStatistics } = v8

/** The memory of the calling thread. */
export function createHeapGauge(limitBytes: number): HeapGauge {
  return {
    limitBytes,
    usedBytes() {
      const { used_heap_size: objects, external_memory: buffers } = getHeapStatistics()
      return objects + buffers
    },
    collect() {
      const collect = exposeCollector()
      collect()
      // Buffers that died are taken off the count by the next collection only; a small one will do (0.1 to 0.9 ms).
      collect({ type: 'minor' })
    },
  }
}
