import type { ActView, ItemOutcome } from '@strata/server'
import type { Tone } from '@strata/ui'
import { formatPlural } from '@strata/ui'

export const ACT_TONES: Readonly<Record<ActView['status'], Tone>> = {
  delayed: 'warn',
  cancelled: 'idle',
  running: 'info',
  stopped: 'warn',
  done: 'good',
  interrupted: 'warn',
  refused: 'bad',
}

export const OUTCOME_TONES: Readonly<Record<ItemOutcome, Tone>> = {
  waiting: 'info',
  killed: 'bad',
  skipped: 'idle',
  also_ended: 'warn',
  pending: 'warn',
  not_found: 'idle',
  moved: 'good',
  not_yet: 'warn',
  ended: 'idle',
  refused: 'bad',
  failed: 'bad',
  exiting: 'warn',
  trapped: 'warn',
  ignored: 'idle',
  suspended: 'warn',
  already: 'idle',
  resumed: 'good',
  not_suspended: 'idle',
  untouched: 'idle',
  interrupted: 'warn',
}

/** An outcome as a word. */
export function outcomeWord(outcome: ItemOutcome): string {
  return outcome === 'also_ended' ? 'fell by a link' : outcome.replaceAll('_', ' ')
}

/** What came of an act, as one sentence. */
export function actSentence(act: Pick<ActView, 'status' | 'stop' | 'total' | 'counts' | 'outcome' | 'plan'>): string {
  switch (act.status) {
    case 'delayed':
      return 'It has not begun: it can still be taken back.'
    case 'cancelled':
      return 'Taken back before it began: nobody was touched.'
    case 'running':
      return act.stop === 'asked' ? 'Stopping: the part under way is finished.' : 'Under way.'
    case 'stopped':
      return `Stopped: ${doneSentence(act)} ${formatPlural(act.counts.untouched ?? 0, 'process was', 'processes were')} not touched.`
    case 'refused':
      return 'Refused: nothing was done, nobody was touched.'
    case 'interrupted':
      return 'Interrupted: what became of its items is not known for all.'
    case 'done':
      return doneSentence(act)
  }
}

function doneSentence({ counts, outcome, plan, total }: Pick<ActView, 'total' | 'counts' | 'outcome' | 'plan'>): string {
  const ended = (counts.killed ?? 0) + (counts.also_ended ?? 0)
  const rest = [counts.skipped ? `${counts.skipped} had ended before` : '', counts.pending ? `${counts.pending} pending` : '']
    .filter((part) => part !== '')
    .join(', ')
  const ends = `${ended === 0 ? 'Nobody was ended' : `${formatPlural(ended, 'process', 'processes')} ended`}${rest === '' ? '' : `, ${rest}`}`
  switch (plan.verb) {
    case 'purge': {
      const gone = outcome?.verb === 'purge' ? outcome.generations : []
      return `${ends}. ${gone.length === 0 ? 'No generation was removed' : `Removed: ${gone.map((number) => `${plan.module}@${number}`).join(', ')}`}.`
    }
    case 'kill':
      return `${ends}.`
    case 'exit': {
      const rest = countsText(counts, ['exiting', 'trapped', 'ignored', 'skipped'])
      return `${counts.ended ?? 0} of ${total} ended${rest}.`
    }
    case 'move': {
      return `${counts.moved ?? 0} of ${total} moved${countsText(counts, ['failed', 'skipped'])}. Nobody was ended.`
    }
    case 'suspend':
      return `${counts.suspended ?? 0} of ${total} suspended${countsText(counts, ['already', 'pending', 'skipped'])}. Nobody was ended.`
    case 'resume':
      return `${counts.resumed ?? 0} of ${total} resumed${countsText(counts, ['not_suspended', 'skipped'])}.`
    case 'delete':
      return `Generation ${plan.current} of ${plan.module} is old now; nothing of that name is current.`
    case 'rollback': {
      const current = outcome?.verb === 'rollback' ? outcome.number : plan.becomes
      const staying = outcome?.verb === 'rollback' ? outcome.staying : plan.staying
      const stay =
        staying === 0 || plan.from === null ? '' : ` ${formatPlural(staying, 'process stays', 'processes stay')} in ${plan.from}.`
      const made = current === plan.to ? '' : `, made from the source of ${plan.to}`
      return `Generation ${current} of ${plan.module} is current${made}. Nobody was ended.${stay}`
    }
    case 'restart-scheduler': {
      if (outcome?.verb !== 'restart-scheduler') return `Scheduler ${plan.scheduler} is back.`
      const left = outcome.threadEnded ? '' : ' Its former thread still sits in a native call and keeps its memory until that returns.'
      return `Scheduler ${plan.scheduler} is back: ${formatPlural(outcome.ended, 'process', 'processes')} ended with it, ${formatPlural(outcome.roots, 'root process', 'root processes')} started again.${left}`
    }
    case 'upgrade': {
      const moved = counts.moved ?? 0
      const others = [
        counts.not_yet ? `${counts.not_yet} not yet` : '',
        counts.ended ? `${counts.ended} ended before` : '',
        counts.refused ? `${counts.refused} cannot` : '',
      ]
        .filter((part) => part !== '')
        .join(', ')
      return `${moved} of ${total} moved${others === '' ? '' : `, ${others}`}.`
    }
    case 'load': {
      const loaded = outcome?.verb === 'load' ? outcome.loaded : []
      return `${ends}. ${loaded.length === 0 ? 'Nothing was loaded' : `Current now: ${loaded.map(({ module, number }) => `${module}@${number}`).join(', ')}`}.`
    }
  }
}

/** `, 2 trapped, 1 skipped`: those that there are. */
function countsText(counts: ActView['counts'], outcomes: readonly ItemOutcome[]): string {
  return outcomes.flatMap((outcome) => (counts[outcome] ? `, ${counts[outcome]} ${outcomeWord(outcome)}` : [])).join('')
}
