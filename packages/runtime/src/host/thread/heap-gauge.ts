import v8 from 'node:v8'
import vm from 'node:vm'
import type { HeapGauge } from '../../scheduler/heap-watch.ts'

// Taken before any module can replace them.
const { getHeapStatistics, setFlagsFromString } = v8
const { runInNewContext } = vm

/** The memory of the calling thread. */
export function createHeapGauge(limitBytes: number): HeapGauge {
  let collect: Collector | undefined
  return {
    limitBytes,
    usedBytes() {
      const { used_heap_size: objects, external_memory: buffers } = getHeapStatistics()
      return objects + buffers
    },
    collect() {
      collect ??= exposeCollector()
      collect()
      // Buffers that died are taken off the count by the next collection only; a small one will do (0.1 to 0.9 ms).
      collect({ type: 'minor' })
    },
  }
}

type Collector = (options?: { readonly type: 'minor' }) => void

function exposeCollector(): Collector {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as Collector
  setFlagsFromString('--no-expose-gc')
  return collect
}
