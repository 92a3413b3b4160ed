/** What is measured, how often in one run, and what DESIGN asks for. */
export interface Workload {
  readonly name: 'round_trip' | 'nested_round_trip' | 'server_call' | 'ring' | 'spawn_exit' | 'await_promise' | 'idle_bytes'
  readonly title: string
  readonly unit: 'ns' | 'bytes'
  readonly count: number
  /** What Erlang's figure divided by ours is to be, at least. */
  readonly target: number | undefined
  /** Erlang has something like it. */
  readonly inErlang: boolean
  /** Peers have nothing like it of their own: a server there is what a raw loop is here. */
  readonly isOurs?: true
}

export const WORKLOADS: readonly Workload[] = [
  { name: 'round_trip', title: 'message round trip, flat', unit: 'ns', count: 300_000, target: 2, inErlang: true },
  { name: 'nested_round_trip', title: 'message round trip, nested', unit: 'ns', count: 150_000, target: 1.4, inErlang: true },
  {
    name: 'server_call',
    title: 'call of a server (gen_server)',
    unit: 'ns',
    count: 150_000,
    target: undefined,
    inErlang: true,
    isOurs: true,
  },
  { name: 'ring', title: 'ring of 1,000, per hop', unit: 'ns', count: 500_000, target: 2, inErlang: true },
  { name: 'spawn_exit', title: 'spawn + message + exit', unit: 'ns', count: 150_000, target: 3, inErlang: true },
  { name: 'await_promise', title: 'receive, await a promise, answer', unit: 'ns', count: 150_000, target: undefined, inErlang: false },
  { name: 'idle_bytes', title: 'memory per idle process', unit: 'bytes', count: 100_000, target: 4, inErlang: true },
]

/** Measurements of one workload within one run, the first of which warms up and is not counted. Memory is measured once. */
export const REPEATS = 4

/** Of what is done here, peers from npm do so much less: they are up to thirty times slower, and the figures are for one. */
export const PEER_SHARE = 0.1
