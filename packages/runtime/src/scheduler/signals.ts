import type { ExitReason } from '../exit-reason.ts'
import type { Pid } from '../ids.ts'
import type { HostAnswer } from '../process/process.ts'
import type { SpawnOptions } from '../process-api/index.ts'

// What crosses between schedulers: tuples of plain data, the kind first, then the serial of the process that it is for.

export const MESSAGE = 0
export const CALL = 1
export const ANSWER = 2
/** Whoever called waits no longer. */
export const UNCALL = 3
export const LINK = 4
export const UNLINK = 5
/** Answers `UNLINK`: from here on a link from that side is a new one. */
export const UNLINKED = 6
/** Over a link: its process has ended. */
export const LINK_EXIT = 7
/** By `exit(pid, reason)`. */
export const EXIT = 8
export const KILL = 9
export const MONITOR = 10
export const DEMONITOR = 11
export const DOWN = 12
export const SPAWN = 13
export const NAMED = 14
export const UNNAMED = 15
/** The queue of the sender's process is long: whoever sends to it waits until `ROOM`. */
export const FULL = 16
export const ROOM = 17
/** The answer to a call of the process, given by one of another scheduler that had its address. */
export const REPLY = 18
/** Asks what the process is at this moment; answered like a call, by its scheduler. */
export const INFO = 19

export interface SpawnOrder {
  readonly parent: Pid | null
  readonly module: string
  readonly export: string
  readonly args: readonly unknown[]
  readonly name: string | null
  readonly queueLimit: SpawnOptions['queueLimit'] | null
  readonly link: Pid | null
  readonly monitor: { readonly pid: Pid; readonly ref: string } | null
}

export type Signal =
  /** `from` while somebody traces messages. */
  | readonly [typeof MESSAGE, to: number, message: unknown, from?: Pid]
  | readonly [typeof CALL, to: number, message: object, from: Pid, ref: string]
  | readonly [typeof ANSWER, to: number, ref: string, answer: HostAnswer]
  | readonly [typeof UNCALL, to: number, ref: string]
  | readonly [typeof LINK, to: number, from: Pid]
  | readonly [typeof UNLINK, to: number, from: Pid, id: number]
  | readonly [typeof UNLINKED, to: number, from: Pid, id: number]
  | readonly [typeof LINK_EXIT, to: number, from: Pid, reason: ExitReason]
  | readonly [typeof EXIT, to: number, from: Pid, reason: ExitReason]
  | readonly [typeof KILL, to: number]
  | readonly [typeof MONITOR, to: number, from: Pid, ref: string]
  | readonly [typeof DEMONITOR, to: number, ref: string]
  | readonly [typeof DOWN, to: number, pid: Pid, ref: string, reason: ExitReason]
  | readonly [typeof SPAWN, serial: number, order: SpawnOrder]
  | readonly [typeof NAMED, to: number, name: string]
  | readonly [typeof UNNAMED, to: number, name: string]
  | readonly [typeof FULL, of: number]
  | readonly [typeof ROOM, of: number]
  | readonly [typeof REPLY, to: number, ref: string, value: unknown]
  | readonly [typeof INFO, to: number, from: Pid, ref: string]
