import { print } from '../print.ts'
import { moduleAlone, textOption } from '../read-arguments.ts'
import { EXIT_DONE } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const releaseVerb: Verb = {
  name: 'release',
  summary: 'end the hold of a module',
  usage: 'release MODULE [--reason TEXT]',
  options: { reason: { type: 'string' } },
  help: `Anybody may end a hold; whose it was and who ended it stand in the activity.
  --reason TEXT   why; it stands beside the act in the activity

JSON: {module, status: 'released'}
`,
  async run(call) {
    const module = moduleAlone(call)
    const { status } = await call.client.modules.release.mutate({ module, reason: textOption(call, 'reason') })
    print(call, { module, status }, () => `${module} is no longer held.\n`)
    return EXIT_DONE
  },
}
