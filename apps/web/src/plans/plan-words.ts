import type { Plan, RestartPlan, RollbackPlan, Victim } from '@strata/runtime'
import { formatPlural, quoteShell } from '@strata/ui'
import type { PlanView } from '@strata/server'

/** Those that the plan ends on purpose, and those that fall with them by links. */
export function splitVictims(victims: readonly Victim[]): { readonly chosen: readonly Victim[]; readonly fallen: readonly Victim[] } {
  return { chosen: victims.filter((victim) => victim.because !== 'link'), fallen: victims.filter((victim) => victim.because === 'link') }
}

/** Everybody whom the plan ends. */
export function victimsOf(plan: Plan): readonly Victim[] {
  return 'victims' in plan ? plan.victims : []
}

/** What has to be typed before the plan can be executed; `null` when it ends nobody and removes nothing. */
export function confirmationPhrase(plan: Plan): string | null {
  switch (plan.verb) {
    case 'purge':
      return plan.generations.length === 1 ? `${plan.module}@${plan.generations[0]}` : plan.module
    case 'delete':
      return `${plan.module}@${plan.current}`
    case 'kill':
      return String(plan.victims.length)
    case 'load': {
      const purged = plan.modules.flatMap(({ module, purges }) => purges.map((number) => `${module}@${number}`))
      if (plan.victims.length === 0) return null
      return purged.length === 1 ? (purged[0] ?? null) : (plan.modules[0]?.module ?? null)
    }
    case 'restart-scheduler':
      return `scheduler ${plan.scheduler}`
    case 'upgrade':
    case 'rollback':
      return null
  }
}

/** The plan as a heading. */
export function planTitle(plan: Plan): string {
  switch (plan.verb) {
    case 'purge':
      return `Force purge ${plan.generations.map((number) => `${plan.module}@${number}`).join(', ')}`
    case 'kill':
      return `Kill ${formatPlural(splitVictims(plan.victims).chosen.length, 'process', 'processes')}`
    case 'delete':
      return `Delete ${plan.module}`
    case 'rollback':
      return plan.how === 'rebind' ? `Roll back ${plan.module} to ${plan.to}` : `Load ${plan.module}@${plan.to} again from its source`
    case 'upgrade':
      return `Upgrade ${formatPlural(plan.targets.length, 'process', 'processes')}`
    case 'restart-scheduler':
      return `Restart scheduler ${plan.scheduler}`
    case 'load':
      return `Load ${plan.modules.map(({ module, next }) => `${module}@${next}`).join(', ')} and purge`
  }
}

/** What executing the plan does, as one sentence. */
export function planSentence(plan: Plan): string {
  switch (plan.verb) {
    case 'purge': {
      const rest =
        plan.generations.length === 1
          ? ` ${plan.generations[0]} of ${plan.module} is removed.`
          : `s ${plan.generations.join(', ')} of ${plan.module} are removed.`
      if (plan.victims.length === 0) return `Generation${rest} Nobody ends.`
      return `${endSentence(plan.victims)} Then generation${rest} Nobody else is touched.`
    }
    case 'kill':
      return `${endSentence(plan.victims)} Nobody else is touched.`
    case 'delete': {
      const stay =
        plan.staying === 0
          ? 'Nobody ends.'
          : `Nobody ends: ${formatPlural(plan.staying, 'process stays', 'processes stay')} in generation ${plan.current}.`
      return `Generation ${plan.current} becomes old and ${plan.module} has no current one: calls to it through imports raise undef. ${stay}`
    }
    case 'rollback':
      return `${rollbackSentence(plan)} Nobody ends.`
    case 'restart-scheduler':
      return restartSentence(plan)
    case 'upgrade': {
      const able = plan.targets.filter(({ can }) => can).length
      const to = plan.to.map(({ module, number }) => `${module}@${number}`).join(', ')
      const rest = plan.targets.length - able
      return `${formatPlural(able, 'process is', 'processes are')} asked to move to ${to === '' ? 'the current generation' : to}. Nobody ends.${rest === 0 ? '' : ` ${formatPlural(rest, 'other cannot', 'others cannot')}: no upgrade message.`}`
    }
    case 'load': {
      const loads = plan.modules.map(({ module, next }) => `${module}@${next}`).join(', ')
      const purged = plan.modules.flatMap(({ module, purges }) => purges.map((number) => `${module}@${number}`))
      const removed = purged.length === 0 ? '' : `${purged.join(', ')} ${purged.length === 1 ? 'is' : 'are'} removed and `
      const become = `${removed}${loads} ${plan.modules.length === 1 ? 'becomes' : 'become'} current.`
      if (plan.victims.length === 0) return `${become} Nobody ends.`
      return `${endSentence(plan.victims)} Then ${become} Nobody else is touched.`
    }
  }
}

function restartSentence({ scheduler, processes, healthy, holder, roots }: RestartPlan): string {
  const ends = `Ends ${processes === 1 ? 'the one process' : `all ${formatPlural(processes, 'process', 'processes')}`} of scheduler ${scheduler} with "scheduler_restarted"`
  const who = holder === null ? '.' : `, ${formatPlural(healthy, 'healthy one', 'healthy ones')} among them.`
  const back =
    roots.length === 0
      ? 'no process starts by itself'
      : `${formatPlural(roots.length, 'root process starts', 'root processes start')} again`
  return `${ends}${who} Then it comes back with the current generations, and ${back}.`
}

function rollbackSentence({ module, from, to, how, becomes }: RollbackPlan): string {
  const before = from === null ? '' : `, and generation ${from} becomes old`
  return how === 'rebind'
    ? `Generation ${to} of ${module} becomes current again${before}: whoever enters ${module} from then on enters ${to}.`
    : `Generation ${to} of ${module} was purged: its kept source is loaded as generation ${becomes} and becomes current${before}.`
}

function endSentence(victims: readonly Victim[]): string {
  const { chosen, fallen } = splitVictims(victims)
  if (victims.length === 0) return 'Nobody ends.'
  const first = `Ends ${formatPlural(chosen.length, 'process', 'processes')}`
  return fallen.length === 0 ? `${first}.` : `${first}, and ${formatPlural(fallen.length, 'more falls', 'more fall')} with them by links.`
}

/** The word on the button that executes the plan. */
export function confirmLabel(plan: Plan): string {
  switch (plan.verb) {
    case 'purge':
      return plan.victims.length === 0 ? 'Purge' : `End ${plan.victims.length} and purge`
    case 'kill':
      return `Kill ${plan.victims.length}`
    case 'delete':
      return 'Delete'
    case 'rollback':
      return plan.how === 'rebind' ? `Roll back to ${plan.to}` : `Load again as ${plan.becomes}`
    case 'upgrade':
      return `Upgrade ${plan.targets.filter(({ can }) => can).length}`
    case 'restart-scheduler':
      return plan.processes === 0 ? 'Restart' : `End ${plan.processes} and restart`
    case 'load':
      return plan.victims.length === 0 ? 'Load' : `End ${plan.victims.length} and load`
  }
}

/** The `./strata` line that does the same, with the reason. `markBad` marks what a purge removed. */
export function commandLine(view: PlanView, reason: string, markBad = false): string {
  const { plan } = view
  // A load takes a note instead.
  const line = plan.verb === 'load' || reason === '' ? view.command : `${view.command} --reason ${quoteShell(reason)}`
  if (plan.verb === 'purge' && markBad) {
    const why = quoteShell(reason === '' ? 'WHY' : reason)
    return [line, ...plan.generations.map((number) => `./strata mark ${plan.module}@${number} bad --reason ${why}`)].join(' && ')
  }
  return line
}
