import { print } from '../print.ts'
import { pids, textOption } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const sendVerb: Verb = {
  name: 'send',
  summary: 'put a message into a process’s queue',
  usage: 'send PID JSON',
  options: { reason: { type: 'string' } },
  help: `  --reason TEXT   why; it stands beside the act in the activity

JSON: {pid, status: 'sent'}; sent says that the process lived and the message is in its queue
Example: ./strata send 1.2041 '{"type":"close"}'
`,
  async run(call) {
    const [target, text, ...more] = call.positionals
    const [pid] = pids(target === undefined ? [] : [target])
    if (pid === undefined || text === undefined) throw new UsageError('which message? Write it as JSON: send PID \'{"type":"close"}\'')
    if (more.length > 0) throw new UsageError(`one message at a time: quote the JSON (${more.join(' ')} is too much)`)
    await call.client.processes.send.mutate({ pid, message: parseMessage(text), reason: textOption(call, 'reason') })
    print(call, { pid, status: 'sent' }, () => `sent to ${pid}\n`)
    return EXIT_DONE
  },
}

type Message = null | boolean | number | string | Message[] | { [key: string]: Message }

function parseMessage(text: string): Message {
  try {
    return JSON.parse(text) as Message
  } catch (error) {
    throw new UsageError(`the message is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}
