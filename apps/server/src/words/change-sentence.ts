import type { PlanChange } from '@strata/runtime'

/** One thing that is no longer as a plan says. `text`: how text from outside is shown. */
export function changeSentence(change: PlanChange, text: (outside: string) => string): string {
  switch (change.type) {
    case 'current':
      return `${change.module}: ${change.is === null ? 'nothing' : `generation ${change.is}`} is current, and this was decided on ${change.was === null ? 'none' : `generation ${change.was}`}.`
    case 'one_more':
      return `${change.victim.pid}${change.victim.name === null ? '' : ` (${text(change.victim.name)})`} would be hit too.`
    case 'generation_gone':
      return `${change.module}@${change.number} is gone.`
    case 'source':
      return `The source of ${change.module} is another one now.`
    case 'scheduler_restarted':
      return `Scheduler ${change.scheduler} was restarted since: its processes are others.`
    case 'holder':
      return change.is === null
        ? `${change.was} no longer holds scheduler ${change.scheduler}.`
        : `${change.is} holds scheduler ${change.scheduler} now, no longer ${change.was}.`
  }
}
