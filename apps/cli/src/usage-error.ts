/** The command line itself is wrong: exit 2, nothing done. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

export const EXIT_DONE = 0
/** Refused, or only partly done. */
export const EXIT_REFUSED = 1
export const EXIT_USAGE = 2
/** Server not reached or not signed in. */
export const EXIT_NO_SERVER = 3
