import type { Engine } from '@strata/runtime'
import type { RunningActs } from '../acts/running-acts.ts'
import type { Store } from '../store/store.ts'

/** In one word whether this server can do its work, or what stands in the way. */
export type Readiness = 'ready' | 'stopping' | 'runtime_down' | 'safe_mode' | 'store_away'

interface Parts {
  readonly engine: Engine
  readonly running: RunningActs
  readonly store: Store
}

export async function readReadiness({ engine, running, store }: Parts): Promise<Readiness> {
  if (running.isStopping) return 'stopping'
  if (store.writes.failure !== null) return 'store_away'
  const { status, safeMode } = await engine.runtime()
  if (status !== 'running') return 'runtime_down'
  return safeMode === null ? 'ready' : 'safe_mode'
}
