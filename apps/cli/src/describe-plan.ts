import { describeNotMoved, isAimedAt } from '@strata/runtime/vocabulary'
import type { PlanView } from '@strata/server'
import { escapeText } from './escape-text.ts'
import { countOf, formatAge, formatDuration } from './format-figures.ts'
import { formatTable } from './format-table.ts'
import type { Io } from './io.ts'

type Plan = PlanView['plan']
type Victim = Extract<Plan, { verb: 'kill' }>['victims'][number]

/** The plan for people: what will happen, and to whom exactly. */
export function describePlan({ id, plan, expiresAt }: PlanView, io: Io): string {
  return `${givingUpText(plan)}${headline(plan)}\n${victimTable(plan, io)}${restartsText(plan)}Plan ${id}, good for ${formatDuration(Date.parse(expiresAt) - io.now())}.\n`
}

/** What has to be typed to go on. */
export function planPhrase(plan: Plan): string {
  switch (plan.verb) {
    case 'purge':
      return plan.generations.map((number) => `${plan.module}@${number}`).join(' ')
    case 'delete':
      return `${plan.module}@${plan.current}`
    case 'rollback':
      return `${plan.module}@${plan.to}`
    case 'restart-scheduler':
      return `scheduler ${plan.scheduler}`
    case 'load':
      return plan.modules.map(({ module, next }) => `${module}@${next}`).join(' ')
    case 'kill':
    case 'exit':
      return samePlace(plan.victims) ?? countOf(plan.victims.length, 'process', 'processes')
    case 'move':
    case 'suspend':
    case 'resume':
    case 'upgrade':
      return samePlace(plan.targets) ?? countOf(plan.targets.length, 'process', 'processes')
  }
}

function headline(plan: Plan): string {
  switch (plan.verb) {
    case 'purge':
      return plan.generations.length === 0
        ? `${plan.module} has no old generation: there is nothing to purge.`
        : `Purge ${planPhrase(plan)}: ${ends(plan.victims)}.`
    case 'kill':
      return `Kill: ${ends(plan.victims)}.`
    case 'exit':
      return `Exit with ${escapeText(plan.exitReason)}: ${ends(plan.victims.filter(({ pid }) => !plan.trapping.includes(pid)))}${
        plan.trapping.length === 0
          ? ''
          : `; ${countOf(plan.trapping.length, 'traps exits and gets', 'trap exits and get')} a message instead`
      }.`
    case 'move': {
      const able = plan.targets.filter(({ how }) => how !== 'cannot').length
      const to = plan.current.map(({ module, number }) => `${module}@${plan.to ?? number ?? '?'}`).join(', ')
      return `Move: ${countOf(able, 'process goes', 'processes go')}${to === '' ? '' : ` to ${to}`}${able === plan.targets.length ? '' : `; ${plan.targets.length - able} cannot`}; nobody ends.`
    }
    case 'suspend':
      return `Suspend: ${countOf(plan.targets.length, 'process gets', 'processes get')} no turns until resumed; nobody ends.`
    case 'resume':
      return `Resume: ${countOf(plan.targets.length, 'process gets', 'processes get')} turns again.`
    case 'delete': {
      const importers =
        plan.importers.length === 0 ? 'no loaded module imports it' : `calls from ${plan.importers.join(', ')} will raise undef`
      return `Delete ${plan.module}@${plan.current}: it becomes old, ${importers}, and ${countOf(plan.staying, 'process stays', 'processes stay')} in it.`
    }
    case 'rollback': {
      const how = plan.how === 'rebind' ? 'it becomes current again' : `it was purged, so its source becomes ${plan.module}@${plan.becomes}`
      const stay =
        plan.from === null
          ? 'nothing is current now'
          : `${countOf(plan.staying, 'process stays', 'processes stay')} in ${plan.module}@${plan.from}`
      return `Roll back to ${plan.module}@${plan.to}: ${how}, and ${stay}; nobody ends.`
    }
    case 'upgrade': {
      const able = plan.targets.filter(({ can }) => can).length
      const to = plan.to.map(({ module, number }) => `${module}@${number}`).join(', ')
      return `Upgrade: ${countOf(able, 'process is', 'processes are')} asked to move on${to === '' ? '' : ` to ${to}`}${
        able === plan.targets.length ? '' : `; ${plan.targets.length - able} cannot be asked`
      }.`
    }
    case 'restart-scheduler':
      return restartText(plan)
    case 'load': {
      const purged = plan.modules.flatMap(({ module, purges }) => purges.map((number) => `${module}@${number}`))
      return `Load ${planPhrase(plan)} (${plan.policy}): ${purged.length === 0 ? 'no generation is purged' : `${purged.join(' ')} purged`}, ${ends(plan.victims)}.`
    }
  }
}

function restartText({
  scheduler,
  holder,
  processes,
  healthy,
  countedNow,
  roots,
  generations,
  victims = [],
  unknownOn = [],
}: Extract<Plan, { verb: 'restart-scheduler' }>): string {
  const held =
    holder === null
      ? ''
      : `${holder.pid} is ${holder.load}${holder.at === null ? ' in a native call' : ` at ${holder.at}`} since ${formatDuration(holder.heldMs)}. `
  const healthyText = holder === null ? '' : `, ${countOf(healthy, 'healthy one', 'healthy ones')} among them`
  const counted = countedNow ? '' : ' (by its latest sample: it cannot answer)'
  const where = generations.map(({ module, number, pins }) => `${module}@${number} ${pins}`).join(', ')
  const back = roots.map(({ module, export: name, name: registered }) => registered ?? `${module}.${name}`).join(', ')
  return `Restart scheduler ${scheduler}: ${held}${countOf(processes, 'process ends', 'processes end')}${counted}${healthyText}${where === '' ? '' : `: ${where}`}${victims.length === 0 ? '' : `; ${countOf(victims.length, 'process falls', 'processes fall')} with them on other schedulers`}${unknownOn.length === 0 ? '' : `; who falls on ${unknownOn.map((id) => `scheduler ${id}`).join(', ')} is unknown, as that does not answer`}. Current generations come back${
    back === '' ? ', and no process starts by itself' : `, and ${back} start again`
  }.`
}

function ends(victims: readonly Victim[]): string {
  const falling = victims.filter(({ because }) => !isAimedAt(because)).length
  const chosen = victims.length - falling
  if (victims.length === 0) return 'nobody ends'
  return `${countOf(chosen, 'process ends', 'processes end')}${falling === 0 ? '' : `, ${falling} more fall with them`}`
}

function victimTable(plan: Plan, io: Io): string {
  const victims = ('targets' in plan ? plan.targets : 'victims' in plan ? plan.victims : undefined) ?? []
  if (victims.length === 0) return ''
  return formatTable(io, victims, [
    { title: 'PID', cell: ({ pid }) => pid },
    { title: 'NAME', max: 40, cell: ({ name }) => name },
    {
      title: 'IN',
      max: 40,
      cell: ({ module, generation }) => (module === null || generation === null ? module : `${module}@${generation}`),
    },
    { title: 'FUNCTION', max: 30, cell: (victim) => victim.function },
    { title: 'AT', max: 40, cell: ({ at }) => at },
    { title: 'QUEUE', align: 'right', cell: ({ queueLength }) => queueLength },
    { title: 'AGE', align: 'right', cell: ({ startedAt }) => formatAge(startedAt, io.now()) },
    { title: 'BECAUSE', cell: because },
  ])
}

function because(victim: Victim | Extract<Plan, { verb: 'upgrade' | 'move' }>['targets'][number]): string {
  if ('how' in victim) return howText(victim)
  if ('can' in victim) return victim.can ? 'asked to move on' : 'cannot be asked: no upgrade message'
  switch (victim.because) {
    case 'pins':
      return 'pins it'
    case 'chosen':
      return 'chosen'
    case 'link':
      return `linked with ${victim.links.map(escapeText).join(', ')}`
    case 'supervisor':
      return 'stopped by its supervisor'
    case 'gives_up':
      return 'gives up'
    case 'shuts_down':
      return 'shuts down'
  }
}

/** Supervisors that end by these deaths: before everything else. */
function givingUpText(plan: Plan): string {
  const givingUp = ('follows' in plan ? plan.follows?.givingUp : undefined) ?? []
  return givingUp
    .map(({ pid, name, because: why, intensity, periodMs, ended, falls }) => {
      const who = `${name === null ? pid : `${escapeText(name)} (${pid})`}`
      const cause =
        why === 'shuts_down'
          ? 'shuts down with its significant children'
          : `GIVES UP: ${countOf(ended.length, 'more end is', 'more ends are')} beyond its ${countOf(intensity, 'restart', 'restarts')} in ${formatDuration(periodMs)}`
      return `Supervisor ${who} ${cause}${falls.length === 0 ? '' : `, and stops ${countOf(falls.length, 'other child', 'other children')}: ${listed(falls)}`}.\n`
    })
    .join('')
}

function restartsText(plan: Plan): string {
  const restarts = ('follows' in plan ? plan.follows?.restarts : undefined) ?? []
  return restarts
    .map(({ supervisor, supervisorName, child, pid, module, generation }) => {
      const into = generation === null ? `${module}, which has no current generation` : `${module}@${generation}`
      return `Supervisor ${supervisorName === null ? supervisor : escapeText(supervisorName)} starts ${escapeText(child)}${pid === null ? '' : ` (${pid})`} again in ${into}.\n`
    })
    .slice(0, RESTARTS_SHOWN_MAX)
    .concat(restarts.length > RESTARTS_SHOWN_MAX ? [`… and ${restarts.length - RESTARTS_SHOWN_MAX} more restarts.\n`] : [])
    .join('')
}

const RESTARTS_SHOWN_MAX = 20

function listed(pids: readonly string[]): string {
  return `${pids.slice(0, RESTARTS_SHOWN_MAX).join(', ')}${pids.length > RESTARTS_SHOWN_MAX ? ', …' : ''}`
}

/** `session@3` when all of them are in one generation. */
function samePlace(victims: readonly Victim[]): string | undefined {
  const places = new Set(victims.map(({ module, generation }) => (module === null || generation === null ? '' : `${module}@${generation}`)))
  const [place] = places
  return places.size === 1 && place !== '' ? place : undefined
}

function howText({ how, obstacle, from, to }: Extract<Plan, { verb: 'move' }>['targets'][number]): string {
  switch (how) {
    case 'code_change':
      return `codeChange from ${from} in ${to}`
    case 'init':
      return `init of ${to}, for the spec of ${from}`
    case 'upgrade':
      return `upgrade message, to ${to}`
    case 'cannot':
      return `stays: ${describeNotMoved({ code: obstacle ?? 'not_started' })}`
  }
}
