import { describeExit, type ExitReason } from '@strata/runtime/vocabulary'
import { escapeLines, escapeText } from '../escape-text.ts'
import { countOf, formatAge } from '../format-figures.ts'
import { print } from '../print.ts'
import { flag, noPositionals, textOption } from '../read-arguments.ts'
import { EXIT_DONE } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

export const crashesVerb: Verb = {
  name: 'crashes',
  summary: 'what crashed, by cause and generation, with the latest report of each',
  usage: 'crashes [--module M] [--messages]',
  options: { module: { type: 'string' }, messages: { type: 'boolean' } },
  help: `  --module M      only where the failing code is of this module
  --messages      also what each latest one was handling; that you looked stands in the activity

The latest 500 crashes, for 30 days; ./strata events --type crashed has their reasons for good.
JSON: [{cause, module, generation, count, firstAt, lastAt, latest: {pid, name, reason, at, entry, parent, links, linked, queueLength, restarts, hasMessage, isOfThisLife}}];
with --messages latest has lastMessage: {text, isCut} | null, too
`,
  async run(call) {
    noPositionals(call)
    const groups = await call.client.crashes.list.query({ module: textOption(call, 'module') })
    const shown = flag(call, 'messages') ? await Promise.all(groups.map((group) => withMessage(call, group))) : groups
    print(call, shown, () => (shown.length === 0 ? 'Nothing crashed.\n' : shown.map((group) => groupText(group, call.io.now())).join('\n')))
    return EXIT_DONE
  },
}

type Group = Awaited<ReturnType<Call['client']['crashes']['list']['query']>>[number]
type ShownGroup = Group & { readonly latest: { readonly lastMessage?: { readonly text: string } | null } }

async function withMessage({ client }: Call, group: Group): Promise<ShownGroup> {
  const { pid, at, hasMessage } = group.latest
  const lastMessage = hasMessage ? await client.crashes.message.query({ pid, at }) : null
  return { ...group, latest: { ...group.latest, lastMessage } }
}

function groupText({ cause, module, generation, count, lastAt, latest }: ShownGroup, now: number): string {
  const { pid, name, entry, linked, queueLength, restarts, hasMessage, lastMessage } = latest
  const reason = latest.reason as ExitReason
  const facts = [
    `entry ${entry}`,
    countOf(linked, 'link'),
    `${countOf(queueLength, 'message')} waited`,
    ...(restarts === null ? [] : [`restarted ${countOf(restarts, 'time')} before`]),
  ]
  const stack = 'stack' in reason && reason.stack !== '' ? reason.stack : describeExit(reason)
  return `${countOf(count, 'crash', 'crashes')}${module === null ? '' : ` in ${module}@${generation}`}, last ${formatAge(lastAt, now)} ago: ${escapeText(cause)}
  latest: ${pid}${name === null ? '' : ` (${escapeText(name)})`}; ${escapeText(facts.join(', '))}
${indent(escapeLines(stack))}
${!hasMessage ? '' : lastMessage === null || lastMessage === undefined ? '  --messages shows what it was handling\n' : `  last message:\n${indent(escapeLines(lastMessage.text))}\n`}`
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ')
}
