import type { Client } from '../connection.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { flag } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

type Session = Awaited<ReturnType<Client['session']['list']['query']>>[number]

export const sessionsVerb: Verb = {
  name: 'sessions',
  summary: 'where you are signed in with a browser; end one, or all',
  usage: 'sessions [end ID | end --all]',
  options: { all: { type: 'boolean' } },
  help: `  --all  every one of them

On the server’s machine these are the owner’s. JSON: [{id, how, from, agent, beganAt, seenAt, expiresAt}]; end {ended: number}
`,
  async run(call) {
    const { client, io } = call
    const [act, id, ...more] = call.positionals
    if ((act !== undefined && act !== 'end') || more.length > 0) throw new UsageError('./strata sessions, or ./strata sessions end ID')
    if (act === undefined) {
      const sessions = (await client.session.list.query()).map(sessionLine)
      print(call, sessions, () => (sessions.length === 0 ? 'Signed in nowhere.\n' : formatTable(io, sessions, COLUMNS)))
      return EXIT_DONE
    }
    if ((id === undefined) !== flag(call, 'all')) throw new UsageError('which one? ./strata sessions end ID, or end --all')
    const ended = id === undefined ? await client.session.endOthers.mutate() : await client.session.end.mutate({ id })
    print(call, ended, () => `${ended.ended} ended.\n`)
    return EXIT_DONE
  },
}

function sessionLine({ id, how, from, agent, beganAt, seenAt, expiresAt }: Session) {
  return { id, how, from, agent, beganAt, seenAt, expiresAt }
}

type Line = ReturnType<typeof sessionLine>

const COLUMNS = [
  { title: 'ID', cell: ({ id }: Line) => id },
  { title: 'BY', cell: ({ how }: Line) => how },
  { title: 'FROM', cell: ({ from }: Line) => (from === '' ? null : from) },
  { title: 'SINCE', cell: ({ beganAt }: Line) => beganAt?.slice(0, 16) ?? null },
  { title: 'LAST USED', cell: ({ seenAt }: Line) => seenAt?.slice(0, 16) ?? null },
  { title: 'BROWSER', max: 50, cell: ({ agent }: Line) => (agent === '' ? null : agent) },
]
