/** Modules that sequences load; `w` is loaded once and only ever watches and asks. */
export const SUBJECTS = ['a', 'b'] as const
export type Subject = (typeof SUBJECTS)[number]

/** Versions of each subject, differing in their constant. `f` is exported by every third, local in the next, absent in the one after. */
export const VERSIONS = 9

/**
 * By which of OTP's ways a version is loaded. `load_module` is `erlang:load_module`, `load_file` is `code:load_abs`, both refuse; `load_binary` is
 * `code:load_binary` and `l` is the shell's `l/1`, both purge; `soft` is `code:soft_purge`, then a load unless that was refused.
 */
export const WAYS = ['load_module', 'load_file', 'load_binary', 'l', 'soft'] as const
export type Way = (typeof WAYS)[number]

/**
 * What a kept function value is: a closure that calls the local `v`, `v` itself, a closure that calls through the module's name, the external
 * function `M:v/0`, or a closure whose body is the module's loop.
 */
export const FUN_KINDS = ['closure', 'local', 'qualified', 'external', 'looper'] as const
export type FunKind = (typeof FUN_KINDS)[number]
type SpawnOption = 'none' | 'link' | 'monitor'

/** What a process is asked to do in its own loop. */
export type Deed =
  | readonly ['local'] // v()
  | readonly ['local_f'] // f(), where the version has it
  | readonly ['qual', Subject] // M:v(), an error caught
  | readonly ['qual_f', Subject] // M:f(), an error caught
  | readonly ['must', Subject] // M:v(), an error not caught
  | readonly ['move', Subject] // M:loop(State) as a tail call
  | readonly ['enter', Subject] // M:loop(State) as a body call: the frame below stays
  | readonly ['enter_try', Subject] // the same inside try … catch
  | readonly ['return'] // out of the innermost loop
  | readonly ['fun', number, FunKind, Subject] // makes a function value and keeps it in the state
  | readonly ['call_fun', number] // an error caught
  | readonly ['must_fun', number] // an error not caught
  | readonly ['enter_fun', number] // runs the loop inside a kept `looper`
  | readonly ['spawn', Subject, SpawnOption]
  | readonly ['spawn_local', SpawnOption]
  | readonly ['spawn_fun', number, SpawnOption]
  | readonly ['send', number, string]
  | readonly ['send_name', string, string]
  | readonly ['take', string] // selective receive, after 0
  | readonly ['drain'] // the whole queue, in order
  | readonly ['link', number]
  | readonly ['unlink', number]
  | readonly ['monitor', number]
  | readonly ['monitor_name', string]
  | readonly ['demonitor', number, boolean] // the n-th reference that it made; with flush
  | readonly ['trap', boolean]
  | readonly ['exit', number, string] // exit(Pid, Reason)
  | readonly ['exit1', string] // exit(Reason)
  | readonly ['error']
  | readonly ['throw']
  | readonly ['register', string, number]
  | readonly ['unregister', string]
  | readonly ['whereis', string]
  | readonly ['timer'] // an hour away, with a closure as its callback

/**
 * One step of a sequence. Processes are numbered in the order in which they were made; 0 is there at the start and runs `w`. Who performs a deed is counted
 * among those that live then, everything else among all that there were; where nobody lives, a new one that runs `w` comes instead.
 */
export type Operation =
  | readonly ['load', Subject, number, Way]
  | readonly ['reload', Subject] // what is current once more, not insisting
  | readonly ['load_set', number, number] // both, as one set
  | readonly ['load_bad', Subject, Way] // what is no code
  | readonly ['load_failing', Subject, number, Way] // its body (`-on_load`) fails
  | readonly ['prepare', Subject, number]
  | readonly ['finish', Subject] // what was prepared, decided on the state of that time
  | readonly ['soft_purge', Subject]
  | readonly ['purge', Subject]
  | readonly ['delete', Subject]
  | readonly ['kill', number]
  | readonly ['inspect', number]
  | readonly ['do', number, ...Deed]

/**
 * What one step showed: who performed it, its own outcome, then for each subject its current version, what a call through its name gives, whether there is old code and
 * who is held by it; who lives; and who ended, with the reason that a watcher was told.
 */
export interface Step {
  readonly who: string
  readonly outcome: string
  readonly a: string
  readonly b: string
  readonly alive: string
  readonly downs: string
}

export type Transcript = readonly Step[]

/** The operation as an Erlang term. */
export function formatTerm(value: Operation | Operation[number]): string {
  if (typeof value === 'object') return `{${value.map((part) => formatTerm(part)).join(',')}}`
  return typeof value === 'string' ? `'${value}'` : String(value)
}

/** The operation as a person reads it: `p2: enter a`, `load b version 3 by l`. */
export function formatOperation(operation: Operation, who = `p${operation[1]}`): string {
  if (operation[0] === 'do') return `${who}: ${operation.slice(2).join(' ')}`
  if (operation[0] === 'load') return `load ${operation[1]} version ${operation[2]} by ${operation[3]}`
  return operation.join(' ')
}

export function formatStep({ outcome, a, b, alive, downs }: Step): string {
  return `${outcome}   a ${a}  b ${b}  alive ${alive}${downs === '' ? '' : `  ended ${downs}`}`
}
