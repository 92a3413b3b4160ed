import { formatCount, showInvisible, truncate, type IconName, type Tone } from '@strata/ui'
import type { Pid } from '@strata/runtime'
import { linkModule, linkProcess } from '../../links.ts'

/** A piece of a sentence: plain, or a door to what it names. */
export type Part = string | { readonly text: string; readonly to: string }

export interface EventSentence {
  readonly tone: Tone
  readonly icon: IconName
  readonly word: string
  readonly parts: readonly Part[]
  /** Why somebody did it, or what else is known. */
  readonly detail: string
}

export function tell(tone: Tone, icon: IconName, word: string, parts: readonly Part[], detail = ''): EventSentence {
  return { tone, icon, word, parts: parts.filter((part) => part !== ''), detail: outside(detail) }
}

/** Pids named in one sentence; the rest is counted. */
const PIDS_NAMED_MAX = 6

/** The sentence as plain text. */
export function sentenceText(parts: readonly Part[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : part.text)).join('')
}

/** Each as a door to its module at that layer. */
export function generations(named: readonly { readonly module: string; readonly number: number }[]): readonly Part[] {
  return list(named.map(({ module, number }) => ({ text: `${module}@${number}`, to: linkModule(module, { generation: number }) })))
}

/** The first few as doors, the rest counted. */
export function pids(named: readonly Pid[]): readonly Part[] {
  const shown = list(named.slice(0, PIDS_NAMED_MAX).map((pid) => ({ text: pid, to: linkProcess(pid) })))
  return named.length <= PIDS_NAMED_MAX ? shown : [...shown, ` and ${formatCount(named.length - PIDS_NAMED_MAX)} more`]
}

/** With commas between. */
export function list(parts: readonly Part[]): readonly Part[] {
  return parts.flatMap((part, index): Part[] => (index === 0 ? [part] : [', ', part]))
}

/** Text from outside, cut and with its invisible characters shown. */
export function outside(text: string): string {
  return showInvisible(truncate(text, 2000))
}
