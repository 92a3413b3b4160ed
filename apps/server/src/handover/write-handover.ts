import type { GenerationView } from '@strata/runtime'
import { actorOf, type ActivityLine, modulesOf } from '../activity/activity-event.ts'
import type { HandoverFacts, PinnedFacts } from './handover-facts.ts'
import { actText, countOf, sentText } from './line-text.ts'
import { escapeMarkdown, linkTo } from './markdown.ts'

/** What a reader must not take for nothing having happened. */
const LEFT_OUT =
  'Left out: who signed in and who read what; beyond the ten most frequent causes of crashes and the five places that hold most of a generation (looked for in 500 of its processes) there are counts alone. Activity has all of it.'

/** What was done, what is left and why, as Markdown. Everything from outside in it is text. */
export function writeHandover(facts: HandoverFacts): string {
  const { system, environment, from, to, actor, isCut } = facts
  const parts = [
    `# Handover of ${escapeMarkdown(system)}${environment === null ? '' : `, ${escapeMarkdown(environment)}`}`,
    `${time(from)} to ${time(to)}, UTC, written by ${escapeMarkdown(actor)}. ${linkTo('The console', facts.publicUrl)}, ${linkTo('this time in Activity', activityAddress(facts))}.`,
    ...section('Needs somebody', needs(facts)),
    ...section('What was done', done(facts), 'Nothing was done.'),
    ...(isCut ? [`Only the newest ${facts.lines.length} events were looked at; the rest is in Activity.`] : []),
    ...section(
      'Still pinned, and why',
      facts.pinned.flatMap((pinned) => tellPinned(facts, pinned)),
      'No old generation is pinned.',
    ),
    ...section('Held and marked', guards(facts), 'Nothing is held or marked.'),
    ...section('Crashes', crashes(facts), 'No process crashed.'),
    LEFT_OUT,
  ]
  return `${parts.join('\n\n')}\n`
}

function section(title: string, lines: readonly string[], without?: string): readonly string[] {
  if (lines.length === 0) return without === undefined ? [] : [`## ${title}`, without]
  return [`## ${title}`, lines.join('\n')]
}

function needs({ safeMode, acts, modules, publicUrl }: HandoverFacts): readonly string[] {
  return [
    ...(safeMode === null ? [] : [`- The system is in safe mode (${escapeMarkdown(safeMode)}): none of its processes run.`]),
    ...acts.map(
      ({ id, title, status, actor, counts }) =>
        `- ${linkTo(title, `${publicUrl}/acts/${encodeURIComponent(id)}`)} by ${escapeMarkdown(actor)} is ${status === 'done' ? `done but for ${countOf(counts.pending ?? 0, 'process', 'processes')} inside a native call` : status}.`,
    ),
    ...modules
      .filter(({ current, generations }) => current === null && generations.length > 0)
      .map(({ name }) => `- ${moduleLink(publicUrl, name)} has no current generation: calls of it fail.`),
    ...modules
      .filter(({ differsOnDisk }) => differsOnDisk)
      .map(({ name }) => `- The file of ${moduleLink(publicUrl, name)} differs from what is current.`),
  ]
}

function done({ lines, publicUrl }: HandoverFacts): readonly string[] {
  return joinMessages(lines).flatMap(({ line, pids }) => {
    const text = pids.length > 1 ? sentText(pids) : actText(line)
    if (text === null) return []
    const actor = actorOf(line)
    const reason = reasonOf(line)
    const plan = 'by' in line ? line.by?.plan : undefined
    const links = [
      ...modulesOf(line)
        .slice(0, 3)
        .map((name) => moduleLink(publicUrl, name)),
      ...(plan === undefined ? [] : [linkTo('receipt', `${publicUrl}/acts/${encodeURIComponent(plan)}`)]),
    ]
    return `- ${time(line.at)} ${actor === null ? '' : `**${escapeMarkdown(actor)}** `}${escapeMarkdown(text)}${reason === '' ? '' : `: “${escapeMarkdown(reason)}”`}${links.length === 0 ? '' : ` (${links.join(', ')})`}`
  })
}

/** Messages that one actor sent for one reason, one after the other, as one: who walks through a list sends many. */
function joinMessages(lines: readonly ActivityLine[]): readonly { readonly line: ActivityLine; readonly pids: readonly string[] }[] {
  const joined: { readonly line: ActivityLine; readonly pids: string[] }[] = []
  for (const line of lines) {
    const last = joined.at(-1)
    const isMore =
      line.type === 'sent' && last?.line.type === 'sent' && actorOf(last.line) === line.by.actor && reasonOf(last.line) === line.by.reason
    if (isMore) last.pids.push(line.pid)
    else joined.push({ line, pids: line.type === 'sent' ? [line.pid] : [] })
  }
  return joined
}

function tellPinned({ publicUrl, to }: HandoverFacts, { module, number, pins, oldestPinAt, note, why }: PinnedFacts): readonly string[] {
  const processes = `${publicUrl}/processes?${new URLSearchParams({ module, generation: String(number) }).toString()}`
  const age = oldestPinAt === null ? '' : `, the oldest for ${duration(Date.parse(to) - Date.parse(oldestPinAt))}`
  return [
    `- ${generationLink(publicUrl, { module, number })} is pinned by ${linkTo(countOf(pins, 'process', 'processes'), processes)}${age}${note === '' ? '' : `. Its note: “${escapeMarkdown(note)}”`}`,
    ...why.map(
      (one) =>
        `  - ${countOf(one.processes, 'process', 'processes')}: ${escapeMarkdown(one.reason.replaceAll('_', ' '))}${one.function === null ? '' : ` in ${escapeMarkdown(one.function)}`}${one.at === null ? '' : `, ${escapeMarkdown(one.at)}`}`,
    ),
  ]
}

function guards({ modules, publicUrl }: HandoverFacts): readonly string[] {
  return modules.flatMap(({ name, hold, layers }) => [
    ...(hold === null
      ? []
      : [
          `- ${moduleLink(publicUrl, name)} is held by ${escapeMarkdown(hold.by)} ${hold.until === null ? 'until it is released' : `until ${escapeMarkdown(time(hold.until))}`}: “${escapeMarkdown(hold.reason)}”`,
        ]),
    ...layers.flatMap((layer) => [...mark(publicUrl, layer, 'bad', layer.markedBad), ...mark(publicUrl, layer, 'keep', layer.markedKeep)]),
  ])
}

function mark(publicUrl: string, layer: GenerationView, kind: string, view: GenerationView['markedBad']): readonly string[] {
  return view === null
    ? []
    : [`- ${generationLink(publicUrl, layer)} is marked ${kind} by ${escapeMarkdown(view.by)}: “${escapeMarkdown(view.reason)}”`]
}

function crashes({ lines, publicUrl }: HandoverFacts): readonly string[] {
  const counted = new Map<string, { readonly place: string; readonly why: string; count: number }>()
  let dropped = 0
  for (const line of lines) {
    if (line.type === 'crashes_dropped') dropped += line.count
    if (line.type !== 'crashed') continue
    const { module, generation, reason } = line.crash
    const place =
      module === null || generation === null ? 'outside of any module' : generationLink(publicUrl, { module, number: generation })
    const why = reason.type === 'error' ? `${reason.name}: ${reason.message}` : reason.type.replaceAll('_', ' ')
    const key = `${place} ${why}`
    const known = counted.get(key)
    if (known === undefined) counted.set(key, { place, why, count: 1 })
    else known.count += 1
  }
  const most = [...counted.values()].sort((one, other) => other.count - one.count)
  const rest = most.slice(10).reduce((sum, { count }) => sum + count, dropped)
  return [
    ...most.slice(0, 10).map(({ place, why, count }) => `- ${countOf(count, 'time')} ${place}: ${escapeMarkdown(why)}`),
    ...(rest === 0 ? [] : [`- ${countOf(rest, 'more crash', 'more crashes')}`]),
  ]
}

function reasonOf(line: ActivityLine): string {
  if ('by' in line && line.by !== undefined && line.by !== null) return line.by.reason
  if ('mark' in line) return line.mark.reason
  return 'reason' in line && typeof line.reason === 'string' ? line.reason : ''
}

function moduleLink(publicUrl: string, name: string): string {
  return linkTo(name, `${publicUrl}/modules/${encodeURIComponent(name)}`)
}

function generationLink(publicUrl: string, { module, number }: { readonly module: string; readonly number: number }): string {
  return linkTo(`${module}@${number}`, `${publicUrl}/modules/${encodeURIComponent(module)}?generation=${number}`)
}

function activityAddress({ publicUrl, from, to }: HandoverFacts): string {
  return `${publicUrl}/activity?${new URLSearchParams({ since: from.slice(0, 16), until: to.slice(0, 16) }).toString()}`
}

function time(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ')
}

function duration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor((minutes % 1_440) / 60)]
  return days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`
}
