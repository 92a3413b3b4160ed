import { refuse } from '../../errors.ts'
import { NOPROC } from '../../exit-reason.ts'
import type { Pid } from '../../ids.ts'
import { modulesIn, renderAnswer } from '../../inspect/process-views.ts'
import { ProcessError } from '../../process/process-error.ts'
import type { HostAnswer } from '../../process/process.ts'
import type { Scheduler } from '../../scheduler/scheduler.ts'
import type { CallAnswer } from '../protocol.ts'
import type { Answers } from './answers.ts'
import { withMarked } from './look-answers.ts'

export interface HostSurroundings {
  answer(id: number, value: CallAnswer): void
  /** Takes what other schedulers have sent by now. */
  takeArrivals(): void
}

/** What the host has processes of one scheduler do. Calls are answered once, by the ids of their requests, or given up. */
export class HostCalls {
  readonly #scheduler: Scheduler
  readonly #surroundings: HostSurroundings
  /** How each that waits is given up. */
  readonly #waiting = new Map<number, () => void>()
  readonly #applies = new Map<number, Pid>()

  constructor(scheduler: Scheduler, surroundings: HostSurroundings) {
    this.#scheduler = scheduler
    this.#surroundings = surroundings
  }

  readonly answers: Answers<'spawn' | 'awaitEnd' | 'send' | 'call' | 'look' | 'preview' | 'uncall' | 'apply' | 'endApply'> = {
    spawn: ({ module, export: exportName, args, name }) => {
      try {
        return { pid: this.#scheduler.spawn({ module, export: exportName }, args, name === null ? {} : { name }) }
      } catch (error) {
        if (name !== null && error instanceof ProcessError && error.code === 'badarg') return refuse({ code: 'name_registered', name })
        throw error
      }
    },
    awaitEnd: ({ pid }, id) => {
      this.#scheduler.awaitEnd(pid, (answer) => this.#surroundings.answer(id, answer))
      return undefined
    },
    send: ({ pid, message }) => {
      const { core } = this.#scheduler
      const answer = { found: core.processes.has(pid), modules: modulesIn(core, [pid]) }
      this.#inOrder(() => void this.#scheduler.deliver(pid, message))
      return answer
    },
    call: ({ pid, message }, id) => {
      this.#inOrder(() => this.#begin(id, pid, message))
      return undefined
    },
    look: ({ pid, request, limits }, id) => {
      const shown = (answer: HostAnswer): HostAnswer => renderAnswer(answer, withMarked(this.#scheduler, limits))
      this.#inOrder(() => this.#begin(id, pid, { $system: request }, shown))
      return undefined
    },
    preview: ({ pid }, id) => {
      const message = this.#scheduler.previewMessageOf(pid)
      if (typeof message !== 'object' || message === null) return { status: 'ended', reason: NOPROC }
      this.#inOrder(() => this.#begin(id, pid, message))
      return undefined
    },
    uncall: ({ id }) => {
      // It may wait for the end of the turn in which it came.
      this.#scheduler.betweenTurns(() => {
        this.#waiting.get(id)?.()
        this.#waiting.delete(id)
      })
      return null
    },
    apply: ({ module, export: exportName, args, token }, id) => {
      const pid = this.#scheduler.apply(module, exportName, args, (answer) => {
        this.#applies.delete(token)
        this.#surroundings.answer(id, answer)
      })
      this.#applies.set(token, pid)
      return undefined
    },
    endApply: ({ token }) => {
      const pid = this.#applies.get(token)
      if (pid !== undefined) this.#scheduler.kill(pid, 'operator', 'no answer in time')
      return null
    },
  }

  /** Gives a process something of the host, after what was under way from other schedulers when the host sent it. */
  #inOrder(act: () => void): void {
    this.#scheduler.betweenTurns(() => {
      this.#surroundings.takeArrivals()
      act()
    })
  }

  #begin(id: number, pid: Pid, message: object, shown: (answer: HostAnswer) => HostAnswer = (answer) => answer): void {
    let waits = true
    const giveUp = this.#scheduler.callFromHost(pid, message, (answer) => {
      waits = false
      this.#waiting.delete(id)
      // What the process did before it answered is under way before the host knows: it may tell others.
      this.#scheduler.core.peers?.flush()
      this.#surroundings.answer(id, shown(answer))
    })
    if (waits) this.#waiting.set(id, giveUp)
  }
}
