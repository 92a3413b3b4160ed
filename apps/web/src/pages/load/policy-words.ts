import type { CheckView, OldPolicy, PolicyOutcome } from '@strata/runtime'
import { formatCount, formatPlural } from '@strata/ui'

/** What one policy would do with the whole set, right now. */
export interface SetOutcome {
  readonly policy: OldPolicy
  readonly refused: boolean
  readonly kills: number
  readonly sentence: string
}

const POLICIES: readonly OldPolicy[] = ['refuse', 'soft-purge', 'keep', 'purge']

/** The policies in the order to offer them. Where Refuse would be refused, Keep stands first. `currentPins`: by module, who is inside what is current now. */
export function policyOutcomes(modules: CheckView['modules'], currentPins: Readonly<Record<string, number>> = {}): readonly SetOutcome[] {
  const outcomes = POLICIES.map((policy) => ofSet(policy, modules, currentPins))
  const refused = outcomes[0]?.refused ?? false
  return refused ? [...outcomes].sort((a, b) => Number(b.policy === 'keep') - Number(a.policy === 'keep')) : outcomes
}

/** What is chosen before anybody chose: nothing where Refuse would be refused. */
export function preselectedPolicy(outcomes: readonly SetOutcome[]): OldPolicy | null {
  return outcomes.some(({ policy, refused }) => policy === 'refuse' && !refused) ? 'refuse' : null
}

export const POLICY_LABELS: Readonly<Record<OldPolicy, string>> = {
  refuse: 'Refuse',
  'soft-purge': 'Soft purge',
  keep: 'Keep',
  purge: 'Purge',
}

function ofSet(policy: OldPolicy, modules: CheckView['modules'], currentPins: Readonly<Record<string, number>>): SetOutcome {
  const parts = modules.flatMap((module) =>
    module.policies.filter((outcome) => outcome.policy === policy).map((outcome) => ({ module: module.module, outcome })),
  )
  const refused = parts.some(({ outcome }) => outcome.status === 'refused')
  const kills = parts.reduce((sum, { outcome }) => sum + outcome.kills, 0)
  return { policy, refused, kills, sentence: sentenceOf(policy, refused, kills, parts, stayInCurrent(modules, currentPins)) }
}

type Part = { readonly module: string; readonly outcome: PolicyOutcome }

function sentenceOf(policy: OldPolicy, refused: boolean, kills: number, parts: readonly Part[], inCurrent: readonly string[]): string {
  const purges = parts.flatMap(({ module, outcome }) => outcome.purges.map((number) => nameOf(parts, module, number)))
  const purged =
    purges.length === 0
      ? ''
      : `; ${purges.length === 1 ? 'generation' : 'generations'} ${listOf(purges)} ${purges.length === 1 ? 'is' : 'are'} purged`
  if (refused) {
    const held = parts.flatMap(({ module, outcome }) =>
      outcome.status === 'refused'
        ? outcome.pinned.map(({ number, pins, readBy }) => heldText(nameOf(parts, module, number), pins, readBy))
        : [],
    )
    return `refused${held.length === 0 ? '' : `, ${held.join(', ')}`}`
  }
  const staying = [
    ...parts.flatMap(({ module, outcome }) =>
      outcome.pinned.filter(({ pins }) => pins > 0).map(({ number, pins }) => stayText(pins, nameOf(parts, module, number))),
    ),
    ...inCurrent,
  ]
  switch (policy) {
    case 'keep':
      return staying.length === 0 ? 'nobody ends' : `nobody ends, ${staying.join(', ')}`
    case 'purge':
      return kills === 0 ? `ends nobody${purged}` : `ends ${formatPlural(kills, 'process', 'processes')}${purged}`
    case 'soft-purge':
      return purged === '' ? 'nothing to purge, nobody ends' : `nobody ends${purged}`
    case 'refuse':
      return 'no older generation is in the way, nobody ends'
  }
}

/** Who stays in what is current now and becomes old by the load. */
function stayInCurrent(modules: CheckView['modules'], pins: Readonly<Record<string, number>>): readonly string[] {
  return modules.flatMap(({ module, current }) => {
    const inside = pins[module] ?? 0
    return current === null || inside === 0 ? [] : [`${stayText(inside, nameOf(modules, module, current))}, current now`]
  })
}

function stayText(pins: number, name: string): string {
  return `${pins} ${pins === 1 ? 'stays' : 'stay'} in ${name}`
}

function heldText(name: string, pins: number, readBy: PolicyOutcome['pinned'][number]['readBy']): string {
  if (pins === 0 && readBy !== undefined)
    return `generation ${name} is read by ${listOf(readBy.map(({ module, number }) => `${module}@${number}`))}`
  return pins === 0 ? `generation ${name} is loaded (no process pins it)` : `generation ${name} is pinned by ${formatCount(pins)}`
}

/** A generation's number; with its module in a set of several. */
function nameOf(parts: readonly unknown[], module: string, number: number): string {
  return parts.length > 1 ? `${module}@${number}` : String(number)
}

function listOf(words: readonly string[]): string {
  return words.length <= 6 ? words.join(', ') : `${words.slice(0, 5).join(', ')} and ${words.length - 5} more`
}
