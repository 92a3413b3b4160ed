import v8 from 'node:v8'
import vm from 'node:vm'

// Taken before any module can replace them.
const { getHeapStatistics, setFlagsFromString } = v8
const { runInNewContext } = vm

/** A full collection holds its thread for 1.2 to 1.6 ms a megabyte that lives (measured, 10 to 128 MB): at most 50 ms. */
const HEAP_COLLECTED_MAX_BYTES = 32 * 2 ** 20

type Collector = (options?: { readonly type: 'minor' }) => void

let collector: Collector | undefined

/** Collects this thread's garbage; false when its heap is so large that V8 had better choose the moment. */
export function collectGarbage(): boolean {
  if (getHeapStatistics().used_heap_size > HEAP_COLLECTED_MAX_BYTES) return false
  exposeCollector()()
  return true
}

/** V8's collector for this thread: made for one new context only, so that modules never see it. */
export function exposeCollector(): Collector {
  if (collector !== undefined) return collector
  setFlagsFromString('--expose-gc')
  collector = runInNewContext('gc') as Collector
  setFlagsFromString('--no-expose-gc')
  return collector
}
