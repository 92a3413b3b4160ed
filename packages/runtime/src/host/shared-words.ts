/**
 * Layout of the `SharedArrayBuffer` between control plane and one scheduler: 32-bit words, read and written with `Atomics`
 * where the other side looks, also while the scheduler's thread is held in a long turn.
 */
export const WORD_EPOCH = 0
/** 1 while messages of the control plane wait; every slow path of a check looks at it. */
export const WORD_REQUESTS = 1
/** Serial of the process in its turn, 0 between turns. */
export const WORD_SERIAL = 2
/** Rises by one at each turn. */
export const WORD_TURN = 3
/** Low 32 bits of milliseconds, monotonic, at which the turn began. */
export const WORD_TURN_STARTED = 4
/** Rises at every slow path: tells `holding` (rises) from `stuck` (does not). */
export const WORD_HEARTBEAT = 5
/**
 * The one act on code under way: `2 * id` while it is offered, `2 * id + 1` once the scheduler has begun it. Both sides move it by compare-and-swap,
 * so that an act whose wait ran out is either withdrawn for good or awaited to its end (GEN12).
 */
export const WORD_CODE_ACT = 6
/** Serials up to this one are taken, in blocks, by this scheduler and by those that start processes on it. A thread that takes over goes on from there, for pids are never used twice. */
export const WORD_LAST_SERIAL = 7
/** Processes that could run when the turn in progress began. */
export const WORD_RUN_QUEUE = 8
export const WORD_COUNT = 16
