import type { MoveFailure, MoveOutcome, MoveSkip } from './engine.ts'
import { describeExit, type ExitReason } from './exit-reason.ts'

/** What became of a process of a move, for lists and receipts. Text from outside stays raw: whoever shows it escapes it. */
export function describeMove(outcome: MoveOutcome): string {
  return outcome.status === 'moved' ? `from generation ${outcome.from} to ${outcome.to}` : describeNotMoved(outcome.why)
}

/** Longest part of a reason that comes from a module. */
const REASON_MAX = 500

export function describeNotMoved(why: MoveFailure | MoveSkip): string {
  switch (why.code) {
    case 'code_change':
      return `codeChange: ${describeFailure(why.reason)}; it works on where it was`
    case 'init':
      return `init: ${describeFailure(why.reason)}; it works on where it was`
    case 'held':
      return 'its codeChange, or init, did not end and held the scheduler: that was ended, the process works on where it was, and the move stopped'
    case 'resumed':
      return 'somebody else resumed it in between; it works on where it was'
    case 'not_yet':
      return 'has the upgrade message and has not moved yet'
    case 'ended':
      return 'had ended before its turn, or ended on the way'
    case 'busy':
      return `took no message within ${why.limitMs / 1_000} s: its queue is long, or its turn lasts`
    case 'generation_gone':
      return 'the generation was purged meanwhile'
    case 'stopped':
      return 'the move was stopped before its turn'
    case 'already_there':
      return 'is in that generation already'
    case 'suspended':
      return 'is suspended: resume it first'
    case 'not_started':
      return 'has not entered a module yet'
    case 'nothing_current':
      return 'its module has no current generation'
    case 'no_module':
      return 'calls back no module, so no generation of one made its state'
    case 'no_code_change':
      return 'the generation that it would move to exports no codeChange'
    case 'no_init':
      return 'the generation that it would move to exports no init'
    case 'no_upgrade':
      return 'a loop whose generation exports no upgrade message: it goes when it ends by itself, by an exit signal or by a kill'
    case 'loop_to_current_only':
      return 'a loop moves through an import, which leads to current only'
    case 'loop_has_no_trial':
      return 'a loop changes its state itself when it moves: there is nothing to try'
  }
}

/** With its innermost line, so that nobody has to look for a report of it. */
function describeFailure(reason: ExitReason): string {
  const line = 'stack' in reason ? /^ *at (.+)$/m.exec(reason.stack)?.[1] : undefined
  return `${describeExit(reason).slice(0, REASON_MAX)}${line === undefined ? '' : `, at ${line.slice(0, REASON_MAX)}`}`
}
