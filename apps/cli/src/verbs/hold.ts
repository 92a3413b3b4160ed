import { parseDuration } from '../format-figures.ts'
import { print } from '../print.ts'
import { requiredReason, moduleAlone, textOption } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

export const holdVerb: Verb = {
  name: 'hold',
  summary: 'refuse loads, rollbacks and deletes of a module by others',
  usage: 'hold MODULE [--for DURATION | --until TIME] --reason TEXT',
  options: { for: { type: 'string' }, until: { type: 'string' }, reason: { type: 'string' } },
  help: `Whoever holds may go on; purges, kills and upgrades are not held. Without --for and --until it holds until ./strata release.
  --for DURATION  such as 2h, 30m, 1h30m or 2d
  --until TIME    ISO 8601, such as 2026-11-23T08:00Z; without Z or an offset it is this machine's time
  --reason TEXT   why; whoever is refused reads it

JSON: {module, status: 'held', until: time|null}
`,
  async run(call) {
    const module = moduleAlone(call)
    const reason = requiredReason(call)
    const held = await call.client.modules.hold.mutate({ module, until: readEnd(call), reason })
    const result = { module, status: held.status, until: held.until }
    print(call, result, () => `${module} is held ${held.until === null ? 'until it is released' : `until ${held.until}`}.\n`)
    return EXIT_DONE
  },
}

function readEnd(call: Call): string | null {
  const duration = textOption(call, 'for')
  const time = textOption(call, 'until')
  if (duration !== undefined && time !== undefined) throw new UsageError('--for and --until are two ways to say one thing; use one')
  if (duration !== undefined) {
    const ms = parseDuration(duration)
    if (ms === undefined) throw new UsageError(`--for takes a duration such as 2h, 30m or 1h30m, not ${duration}`)
    return new Date(call.io.now() + ms).toISOString()
  }
  if (time === undefined) return null
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(time) ? Date.parse(time) : Number.NaN
  if (Number.isNaN(at)) throw new UsageError(`--until takes a time such as 2026-11-23T08:00Z, not ${time}`)
  return new Date(at).toISOString()
}
