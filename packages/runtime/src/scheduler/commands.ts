// What a generator yields to the driver beside values and frames.

/** A check that used the turn up: run again later. */
export const PAUSE: unique symbol = Symbol('pause')
/** A check that used the turn up where the strand must not pause. */
export const GO_ON: unique symbol = Symbol('go on')
/** A call of the process API that has arranged for the strand to be resumed. */
export const WAIT: unique symbol = Symbol('wait')
