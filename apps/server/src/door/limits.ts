/** Calls in one batch. */
export const BATCH_CALLS_MAX = 10
/** A set of sources has 5 MB at most; in JSON it may take twice that. */
export const BODY_BYTES_MAX = 12 * 1024 * 1024
/** Somebody who is not signed in sends a code and nothing else. */
export const SIGN_IN_BYTES_MAX = 4 * 1024
export const HEADER_BYTES_MAX = 16 * 1024
/** How long a request may take to arrive. */
export const REQUEST_TIME_MS = 30_000
