import { print } from '../print.ts'
import { noPositionals } from '../read-arguments.ts'
import { EXIT_DONE } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const whoamiVerb: Verb = {
  name: 'whoami',
  summary: 'as whom you act, and with which role',
  usage: 'whoami',
  options: {},
  help: `JSON: {actor, person, kind: 'session'|'token'|'api_token', role, verbs, modules}
`,
  async run(call) {
    noPositionals(call)
    const { actor, person, kind, role, verbs, modules } = await call.client.session.whoami.query()
    const bounds = [...(verbs === null ? [] : [`only ${verbs.join(', ')}`]), ...(modules === null ? [] : [`only in ${modules.join(', ')}`])]
    print(call, { actor, person, kind, role, verbs, modules }, () => `${[`${actor}, ${role}`, ...bounds].join(', ')}\n`)
    return EXIT_DONE
  },
}
