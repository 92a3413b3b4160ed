import { type By, EngineError, type Pid } from '@strata/runtime'
import type { ActView } from '../acts/act-registry.ts'
import { CANCEL_WINDOW_MS, type DelayedActs } from '../acts/delayed-acts.ts'
import type { RunningActs } from '../acts/running-acts.ts'
import { RefusedError } from '../fault.ts'
import { carryOut, type CarryOutDesk, type TakenPlan } from './carry-out.ts'

export interface SoonDesk extends CarryOutDesk {
  readonly delays: DelayedActs
  readonly running: RunningActs
  /** Of an act that nobody waits for. */
  reportBug(error: unknown): void
}

/** CANCEL1: the kill of `pid` by a plan that was taken, which can be taken back for some seconds. Answers at once. `alone`, as where it is carried out. */
export function carryOutSoon(desk: SoonDesk, taken: TakenPlan, by: By, pid: Pid, alone?: Pid): ActView {
  const { view } = taken
  const act = desk.acts.begin(view, by, { startsAt: desk.clock.now() + CANCEL_WINDOW_MS, title: `kill ${pid}` })
  desk.delays.wait(view.id, CANCEL_WINDOW_MS, () => {
    desk.acts.start(view.id)
    desk.running
      .during(AbortSignal.abort(), () => carryOut(desk, taken, by, alone))
      .catch((error: unknown) => {
        // A refusal stands in the act.
        if (!(error instanceof EngineError) && !(error instanceof RefusedError)) desk.reportBug(error)
      })
  })
  return act
}
