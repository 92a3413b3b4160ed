import { formatDuration } from '../format-figures.ts'
import { print } from '../print.ts'
import { noPositionals } from '../read-arguments.ts'
import { EXIT_DONE } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const signInVerb: Verb = {
  name: 'sign-in',
  summary: 'print a fresh link that signs a browser in, once',
  usage: 'sign-in',
  options: {},
  help: `JSON: {url, expiresAt}
`,
  async run(call) {
    noPositionals(call)
    const { url, expiresAt } = await call.client.session.link.mutate()
    print(call, { url, expiresAt }, () => `${url}\nWorks once, for ${formatDuration(Date.parse(expiresAt) - call.io.now())}.\n`)
    return EXIT_DONE
  },
}
