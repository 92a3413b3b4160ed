/**
 * What a call of the process API failed with. `badarg`, `noproc` and `timeout_value` as OTP; `not_in_body` in a module's body; `no_process` in code that no
 * process owns; `concurrent_receive` when another strand of the process waits in `receive`; `undef` for a missing export; `timeout`, `exited` and `queue_full` from `call`;
 * `exited` also of a promise whose process has ended (STR8);
 * `scheduler_down` from `spawn` on a scheduler that is being started again.
 */
export type ProcessErrorCode =
  | 'badarg'
  | 'noproc'
  | 'timeout_value'
  | 'not_in_body'
  | 'no_process'
  | 'concurrent_receive'
  | 'undef'
  | 'timeout'
  | 'exited'
  | 'queue_full'
  | 'scheduler_down'

/** A mistake of, or a fact for, the code that called the process API. */
export class ProcessError extends Error {
  readonly code: ProcessErrorCode
  constructor(code: ProcessErrorCode, message: string) {
    super(message)
    this.name = 'ProcessError'
    this.code = code
  }
}

/** A message, argument or exit reason that is no value; `path` says where inside it, from `$`. */
export class InvalidMessageError extends TypeError {
  readonly code = 'invalid_message'
  readonly path: string
  readonly why: string
  constructor(path: string, why: string) {
    super(`${path} cannot be sent: ${why}`)
    this.name = 'InvalidMessageError'
    this.path = path
    this.why = why
  }
}

/** Code of a purged generation was reached (PIN6). */
export class PurgedCodeError extends Error {
  readonly code = 'purged_code'
  /** `label`: `session@3` */
  constructor(label: string) {
    super(`this code belongs to ${label}, which was purged`)
    this.name = 'PurgedCodeError'
  }
}
