import { print } from '../print.ts'
import { noPositionals, numberOption } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

const HOURS_MAX = 24 * 31

export const handoverVerb: Verb = {
  name: 'handover',
  summary: 'the last hours as Markdown: what was done, what is still pinned and why, holds, marks, crashes',
  usage: 'handover [--hours N]',
  options: { hours: { type: 'string' } },
  help: `  --hours N       how far back (12; ${HOURS_MAX} at most)

Left out: sign-ins and reads, and beyond the most frequent causes and places all but their counts; ./strata events has them.
Text from outside is escaped: no note or reason is markup, a link or HTML in it. That it was written is an entry of the trail.
JSON: {hours, markdown}
`,
  async run(call) {
    noPositionals(call)
    const hours = numberOption(call, 'hours') ?? 12
    if (hours < 1 || hours > HOURS_MAX) throw new UsageError(`--hours takes 1 to ${HOURS_MAX}`)
    const written = await call.client.activity.handover.query({ hours })
    print(call, written, () => written.markdown)
    return EXIT_DONE
  },
}
