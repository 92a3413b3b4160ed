import { cutPlan, ROWS_SHOWN_MAX } from '../plans/plan-counts.ts'
import type { ActView } from './act-registry.ts'
import type { ActOutcome, ItemOutcome } from './receipt.ts'

/** What somebody has to look after stands first where not all is shown. */
const FIRST: readonly ItemOutcome[] = ['refused', 'failed', 'pending', 'not_yet', 'interrupted', 'also_ended']

/** A receipt as a screen shows it: 500 items of a larger one, its counts tell of all. `all` keeps every item. Without the last words, which not everybody may read. */
export function shownAct(act: ActView, all = false): ActView {
  return withoutLastWords(shownReceipt(act, all))
}

/** The same with what processes said last. */
export function shownReceipt(act: ActView, all = false): ActView {
  if (all || act.items.length <= ROWS_SHOWN_MAX) return act
  const rank = (outcome: ItemOutcome): number => (FIRST.includes(outcome) ? FIRST.indexOf(outcome) : FIRST.length)
  return {
    ...act,
    items: act.items.toSorted((a, b) => rank(a.outcome) - rank(b.outcome)).slice(0, ROWS_SHOWN_MAX),
    plan: cutPlan(act.plan),
    outcome: act.outcome === null ? null : cutOutcome(act.outcome),
  }
}

function withoutLastWords(act: ActView): ActView {
  return { ...act, items: act.items.map(({ lastWords: _, ...item }) => item) }
}

function cutOutcome(outcome: ActOutcome): ActOutcome {
  const lists = Object.entries(outcome).map(([name, value]) => [name, Array.isArray(value) ? value.slice(0, ROWS_SHOWN_MAX) : value])
  return Object.fromEntries(lists) as ActOutcome
}
