import type { Plan, RestartPlan, RollbackPlan, Victim } from '@strata/runtime'
import { isAimedAt } from '@strata/runtime/vocabulary'
import { formatCount, formatPlural, quoteShell } from '@strata/ui'
import type { PlanView } from '@strata/server'

/** A plan as it is shown, and how many processes it names in all. */
export type CountedPlan = Pick<PlanView, 'plan' | 'counts'>

/** Those that the plan ends on purpose, and those that fall with them by links. */
export function splitVictims(victims: readonly Victim[]): { readonly chosen: readonly Victim[]; readonly fallen: readonly Victim[] } {
  return { chosen: victims.filter((victim) => isAimedAt(victim.because)), fallen: victims.filter((victim) => !isAimedAt(victim.because)) }
}

/** Everybody whom the plan ends. */
export function victimsOf(plan: Plan): readonly Victim[] {
  return ('victims' in plan ? plan.victims : undefined) ?? []
}

/** What has to be typed before the plan can be executed; `null` when it ends nobody and removes nothing. */
export function confirmationPhrase({ plan, counts }: CountedPlan): string | null {
  const all = counts.chosen + counts.fallen
  switch (plan.verb) {
    case 'purge':
      return plan.generations.length === 1 ? `${plan.module}@${plan.generations[0]}` : plan.module
    case 'delete':
      return `${plan.module}@${plan.current}`
    case 'kill':
      return all > 1 ? String(all) : null
    case 'load': {
      const purged = plan.modules.flatMap(({ module, purges }) => purges.map((number) => `${module}@${number}`))
      if (all === 0) return null
      return purged.length === 1 ? (purged[0] ?? null) : (plan.modules[0]?.module ?? null)
    }
    case 'restart-scheduler':
      return `scheduler ${plan.scheduler}`
    case 'exit':
      return String(all)
    case 'suspend':
      return counts.chosen > 1 ? String(counts.chosen) : null
    case 'move':
    case 'resume':
    case 'upgrade':
    case 'rollback':
      return null
  }
}

/** Nobody ends by it, and nothing is removed. */
export function isGentle({ verb }: Plan): boolean {
  return verb === 'upgrade' || verb === 'move' || verb === 'rollback' || verb === 'suspend' || verb === 'resume'
}

/** It is the kill of one process, which can be taken back for 5 s (CANCEL1). */
export function waitsFirst({ plan, counts }: CountedPlan): boolean {
  return plan.verb === 'kill' && counts.chosen === 1
}

/** The plan as a heading. */
export function planTitle({ plan, counts }: CountedPlan): string {
  switch (plan.verb) {
    case 'purge':
      return `Force purge ${plan.generations.map((number) => `${plan.module}@${number}`).join(', ')}`
    case 'kill':
      return `Kill ${formatPlural(counts.chosen, 'process', 'processes')}`
    case 'exit':
      return `Exit ${formatPlural(counts.chosen, 'process', 'processes')}`
    case 'move':
      return `Move ${formatPlural(counts.chosen, 'process', 'processes')}`
    case 'suspend':
      return `Suspend ${formatPlural(counts.chosen, 'process', 'processes')}`
    case 'resume':
      return `Resume ${formatPlural(counts.chosen, 'process', 'processes')}`
    case 'delete':
      return `Delete ${plan.module}`
    case 'rollback':
      return plan.how === 'rebind' ? `Roll back ${plan.module} to ${plan.to}` : `Load ${plan.module}@${plan.to} again from its source`
    case 'upgrade':
      return `Upgrade ${formatPlural(counts.chosen, 'process', 'processes')}`
    case 'restart-scheduler':
      return `Restart scheduler ${plan.scheduler}`
    case 'load':
      return `Load ${plan.modules.map(({ module, next }) => `${module}@${next}`).join(', ')} and purge`
  }
}

/** What executing the plan does, as one sentence. */
export function planSentence({ plan, counts }: CountedPlan): string {
  const nobody = counts.chosen + counts.fallen === 0
  switch (plan.verb) {
    case 'purge': {
      const rest =
        plan.generations.length === 1
          ? ` ${plan.generations[0]} of ${plan.module} is removed.`
          : `s ${plan.generations.join(', ')} of ${plan.module} are removed.`
      if (nobody) return `Generation${rest} Nobody ends.`
      return `${endSentence(counts)} Then generation${rest} Nobody else is touched.`
    }
    case 'kill':
      return `${endSentence(counts)} Nobody else is touched.${waitsFirst({ plan, counts }) ? ' For 5 s it can be taken back.' : ''}`
    case 'exit': {
      const trapping = counts.chosen - counts.able
      const trap = trapping === 0 ? '' : ` ${formatPlural(trapping, 'traps exits and gets', 'trap exits and get')} a message instead.`
      if (plan.exitReason === 'normal') return `Sends "normal", which ends nobody who does not trap exits.${trap}`
      return `${endSentence({ ...counts, chosen: counts.able })} Their finally blocks run.${trap} Nobody else is touched.`
    }
    case 'move': {
      const to = plan.current.map(({ module, number }) => `${module}@${plan.to ?? number ?? '?'}`).join(', ')
      const rest = counts.chosen - counts.able
      return `${formatPlural(counts.able, 'process goes', 'processes go')} on${to === '' ? '' : ` in ${to}`} with their state. Nobody ends; what fails works on where it is.${rest === 0 ? '' : ` ${formatPlural(rest, 'other cannot', 'others cannot')}.`}`
    }
    case 'suspend':
      return `${formatPlural(counts.chosen, 'process gets', 'processes get')} no turns until resumed: queues grow, deadlines run. Nobody ends.`
    case 'resume':
      return `${formatPlural(counts.chosen, 'process gets', 'processes get')} turns again. Those that are not suspended are left alone.`
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
      const { able } = counts
      const to = plan.to.map(({ module, number }) => `${module}@${number}`).join(', ')
      const rest = counts.chosen - able
      return `${formatPlural(able, 'process is', 'processes are')} asked to move to ${to === '' ? 'the current generation' : to}. Nobody ends.${rest === 0 ? '' : ` ${formatPlural(rest, 'other cannot', 'others cannot')}: no upgrade message.`}`
    }
    case 'load': {
      const loads = plan.modules.map(({ module, next }) => `${module}@${next}`).join(', ')
      const purged = plan.modules.flatMap(({ module, purges }) => purges.map((number) => `${module}@${number}`))
      const removed = purged.length === 0 ? '' : `${purged.join(', ')} ${purged.length === 1 ? 'is' : 'are'} removed and `
      const become = `${removed}${loads} ${plan.modules.length === 1 ? 'becomes' : 'become'} current.`
      if (nobody) return `${become} Nobody ends.`
      return `${endSentence(counts)} Then ${become} Nobody else is touched.`
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

function endSentence({ chosen, fallen }: PlanView['counts']): string {
  if (chosen + fallen === 0) return 'Nobody ends.'
  const first = `Ends ${formatPlural(chosen, 'process', 'processes')}`
  return fallen === 0 ? `${first}.` : `${first}, and ${formatPlural(fallen, 'more falls', 'more fall')} with them.`
}

/** The word on the button that executes the plan. */
export function confirmLabel({ plan, counts }: CountedPlan): string {
  const all = counts.chosen + counts.fallen
  switch (plan.verb) {
    case 'purge':
      return all === 0 ? 'Purge' : `End ${formatCount(all)} and purge`
    case 'kill':
      return `Kill ${formatCount(all)}`
    case 'exit':
      return `Exit ${formatCount(counts.chosen)}`
    case 'move':
      return `Move ${formatCount(counts.able)}`
    case 'suspend':
      return `Suspend ${formatCount(counts.chosen)}`
    case 'resume':
      return `Resume ${formatCount(counts.chosen)}`
    case 'delete':
      return 'Delete'
    case 'rollback':
      return plan.how === 'rebind' ? `Roll back to ${plan.to}` : `Load again as ${plan.becomes}`
    case 'upgrade':
      return `Upgrade ${formatCount(counts.able)}`
    case 'restart-scheduler':
      return plan.processes === 0 ? 'Restart' : `End ${plan.processes} and restart`
    case 'load':
      return all === 0 ? 'Load' : `End ${formatCount(all)} and load`
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

type Seen = Pick<Victim, 'function' | 'module' | 'generation'>

/** What a process was doing: a behaviour's runs nothing of its module between two messages. */
export function doingOf({ function: name, module }: Seen): string {
  return name ?? (module === null ? 'unknown' : 'between messages')
}

/** A behaviour's process is in a module, and between two messages in no generation of it. */
export function placeOf({ module, generation }: Seen): string {
  if (module === null) return 'unknown'
  return generation === null ? module : `${module}@${generation}`
}
