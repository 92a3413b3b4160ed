import { describeExit } from '@strata/runtime/vocabulary'
import type { CrashGroup } from '@strata/server'
import { escapeLines, escapeText } from '../escape-text.ts'
import { countOf, formatAge } from '../format-figures.ts'
import { print } from '../print.ts'
import { noPositionals, textOption } from '../read-arguments.ts'
import { EXIT_DONE } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const crashesVerb: Verb = {
  name: 'crashes',
  summary: 'what crashed, by cause and generation, with the latest report of each',
  usage: 'crashes [--module M]',
  options: { module: { type: 'string' } },
  help: `  --module M      only where the failing code is of this module

The latest 500 crashes of this life of the runtime; ./strata events --type crashed has them for good, without messages and queues.
JSON: [{cause, module, generation, count, firstAt, lastAt, latest: {pid, name, reason, at, entry, parent, links, linked, queueLength, restarts, lastMessage}}]
`,
  async run(call) {
    noPositionals(call)
    const groups = await call.client.crashes.list.query({ module: textOption(call, 'module') })
    print(call, groups, () =>
      groups.length === 0 ? 'Nothing crashed.\n' : groups.map((group) => groupText(group as CrashGroup, call.io.now())).join('\n'),
    )
    return EXIT_DONE
  },
}

function groupText({ cause, module, generation, count, lastAt, latest }: CrashGroup, now: number): string {
  const { pid, name, reason, entry, linked, queueLength, restarts, lastMessage } = latest
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
${lastMessage === null ? '' : `  last message:\n${indent(escapeLines(lastMessage.text))}\n`}`
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ')
}
