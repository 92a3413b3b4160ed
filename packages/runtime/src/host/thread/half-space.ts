/**
 * Of the two halves of a thread's young generation. V8's own limit is 64 MB, which it comes near within an hour of loads and keeps: 130 MB for each thread,
 * and no workload was quicker by it.
 */
export const HALF_SPACE_MB = 16
