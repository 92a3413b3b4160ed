import v8 from 'node:v8'
import vm from 'node:vm'
import type { HeapGauge } from '../../scheduler/heap-watch.ts'

// Taken before any module can replace them.
const { getHeapStatistics, setFlagsFromString } = v8
const { runInNewContext } = vm

/** The memory of the calling thread. */
export function createHeapGauge(limitBytes: number): HeapGauge {
  let collect: (() => void) | undefined
  return {
    limitBytes,
    usedBytes() {
      const { used_heap_size: objects, external_memory: buffers } = getHeapStatistics()
      return objects + buffers
    },
    collect() {
      collect ??= exposeCollector()
      collect()
    },
  }
}

function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  setFlagsFromString('--no-expose-gc')
  return collect
}
