import { print } from '../print.ts'
import { requiredReason } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const settingsVerb: Verb = {
  name: 'settings',
  summary: 'what admins decide for everybody: whether a second person approves purges',
  usage: 'settings [second-person on|off --reason TEXT]',
  options: { reason: { type: 'string' } },
  help: `  --reason TEXT  why; it stands in the activity

second-person on: whatever purges by force waits until somebody else has approved that same plan.
JSON: {secondPerson: boolean}
`,
  async run(call) {
    const [name, value, ...more] = call.positionals
    if (name === undefined) {
      const settings = await call.client.settings.get.query()
      print(call, settings, () => `second-person ${settings.secondPerson ? 'on' : 'off'}\n`)
      return EXIT_DONE
    }
    if (name !== 'second-person' || (value !== 'on' && value !== 'off') || more.length > 0)
      throw new UsageError('./strata settings second-person on|off --reason TEXT')
    const settings = await call.client.settings.setSecondPerson.mutate({ on: value === 'on', reason: requiredReason(call) })
    print(call, settings, () => `second-person ${settings.secondPerson ? 'on' : 'off'}\n`)
    return EXIT_DONE
  },
}
