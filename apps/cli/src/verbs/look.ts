import { escapeLines } from '../escape-text.ts'
import { print } from '../print.ts'
import { pids, textOption } from '../read-arguments.ts'
import { EXIT_DONE, EXIT_REFUSED, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

const REDACT_OPTION = { redact: { type: 'string' } } as const
const REDACT_HELP = `  --redact NAMES  show nothing under keys that contain one of these (comma separated), beside those that name secrets

That you looked stands in the activity.
`

export const queueVerb: Verb = {
  name: 'queue',
  summary: 'show the first messages of a process’s queue, as text',
  usage: 'queue PID [--redact NAMES]',
  options: REDACT_OPTION,
  help: `${REDACT_HELP}JSON: {total, messages: [{text, isCut}]}; at most 50, and 64,000 characters in all
`,
  async run(call) {
    const queue = await call.client.processes.queue.mutate({ pid: onePid(call), redact: redacted(call) })
    print(call, queue, () => {
      const shown = queue.messages.map(({ text }, at) => `${at + 1}: ${escapeLines(text)}\n`).join('')
      const rest = queue.total - queue.messages.length
      return queue.total === 0 ? 'The queue is empty.\n' : `${shown}${rest === 0 ? '' : `and ${rest} more\n`}`
    })
    return EXIT_DONE
  },
}

export const stateVerb: Verb = {
  name: 'state',
  summary: 'show the state of a behaviour’s process, as text',
  usage: 'state PID [--redact NAMES]',
  options: REDACT_OPTION,
  help: `${REDACT_HELP}JSON: {status: 'shown', kind, module, generation, state: {text, isCut}} | {status: 'none', why: 'raw_loop'|'no_answer'|'unreadable'|'suspended'}
Exit code 1 when it cannot be shown.
`,
  async run(call) {
    const state = await call.client.processes.state.mutate({ pid: onePid(call), redact: redacted(call) })
    print(call, state, () =>
      state.status === 'shown'
        ? `${state.kind}${state.module === null ? '' : ` of ${state.module}`}, generation ${state.generation}:\n${escapeLines(state.state.text)}\n`
        : `${NOT_SHOWN[state.why]}\n`,
    )
    return state.status === 'shown' ? EXIT_DONE : EXIT_REFUSED
  },
}

const NOT_SHOWN = {
  raw_loop: 'A raw loop keeps its state in its own variables: nobody can see it from outside. Write it as a server, or give it a preview.',
  no_answer: 'It did not answer within a second: its queue is long, its turn lasts, or it has ended.',
  unreadable: 'Its state holds what cannot be copied, such as a function.',
  suspended: 'It is suspended and answers nothing: ./strata resume lets it go on.',
} as const

function onePid(call: Call): string {
  const [pid, ...more] = pids(call.positionals)
  if (pid === undefined || more.length > 0) throw new UsageError('one process at a time: name its pid')
  return pid
}

function redacted(call: Call): string[] {
  return (textOption(call, 'redact') ?? '').split(',').filter((name) => name !== '')
}
