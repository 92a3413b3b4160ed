import type { Engine, Pid } from '@strata/runtime'
import type { ActRegistry } from './act-registry.ts'

/** Completes receipts of processes that could not be ended at once, as the engine tells of them. Returns how to stop. */
export function followPending(engine: Pick<Engine, 'subscribe'>, acts: ActRegistry): () => void {
  return engine.subscribe((event) => {
    if (event.type === 'killed') {
      const [ended, gone] = [new Set<Pid>(event.pids), new Set<Pid>(event.notFound)]
      acts.settlePending((pid) => (ended.has(pid) ? 'killed' : gone.has(pid) ? 'skipped' : undefined))
    }
    if (event.type === 'runtime_restarted') acts.settlePending(() => 'interrupted')
  })
}
