import type { Client } from '../connection.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { choiceOption, textOption } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

export const ROLES = ['viewer', 'operator', 'deployer', 'admin'] as const
type Person = Awaited<ReturnType<Client['people']['list']['query']>>[number]

export const peopleVerb: Verb = {
  name: 'people',
  summary: 'who may come in and with which role; invite, role, link, sign-out, disable, enable',
  usage: 'people [invite NAME --role ROLE | role NAME ROLE | link NAME | sign-out NAME | disable NAME | enable NAME]',
  options: { role: { type: 'string' }, 'full-name': { type: 'string' }, reason: { type: 'string' } },
  help: `  --role ROLE       viewer, operator, deployer or admin; each includes the ones before
  --full-name TEXT  as people write it
  --reason TEXT     why; it stands in the activity (role, disable, enable)

invite and link print a link that works once, for a week, and is told nowhere else. A role counts at once; disable signs out everywhere.
JSON: [{name, fullName, role, status: 'active'|'invited'|'disabled', signsInBy, sessions: number, createdAt, createdBy}];
  invite, link {person, url}; role, disable, enable {person}; sign-out {ended: number}
`,
  async run(call) {
    const { client, positionals, io } = call
    const [act, name, ...rest] = positionals
    const reason = textOption(call, 'reason') ?? ''
    const word = () => name ?? missing('whose? Name the person')
    if (act !== 'role' && rest.length > 0) throw new UsageError(`${rest.join(' ')} is too much here`)
    switch (act) {
      case undefined: {
        const people = (await client.people.list.query()).map(personLine)
        print(call, people, () => formatTable(io, people, COLUMNS))
        return EXIT_DONE
      }
      case 'invite': {
        const role = choiceOption(call, 'role', ROLES) ?? missing('which role? Say --role viewer, operator, deployer or admin')
        const { person, url } = await client.people.invite.mutate({ name: word(), role, fullName: textOption(call, 'full-name') ?? '' })
        print(call, { person: person.name, url }, () => `${url}\n${person.name} gets in by it as ${role}, once, within a week.\n`)
        return EXIT_DONE
      }
      case 'link': {
        const { person, url } = await client.people.link.mutate({ name: word() })
        print(call, { person: person.name, url }, () => `${url}\n${person.name} gets in by it, once, within a week.\n`)
        return EXIT_DONE
      }
      case 'role':
        return changeRole(call, word(), rest)
      case 'sign-out': {
        const ended = await client.people.signOut.mutate({ name: word() })
        print(call, ended, () => `${ended.ended} sessions of ${word()} ended.\n`)
        return EXIT_DONE
      }
      case 'disable':
      case 'enable': {
        const person = await client.people[act].mutate({ name: word(), reason })
        print(call, { person: person.name, status: person.status }, () => `${person.name} is ${person.status}.\n`)
        return EXIT_DONE
      }
      default:
        throw new UsageError(`people takes invite, role, link, sign-out, disable or enable, not ${act}`)
    }
  },
}

async function changeRole(call: Call, name: string, rest: readonly string[]): Promise<number> {
  const [text, ...more] = rest
  const role = ROLES.find((one) => one === text)
  if (role === undefined || more.length > 0) throw new UsageError('which role? ./strata people role NAME viewer|operator|deployer|admin')
  const person = await call.client.people.setRole.mutate({ name, role, reason: textOption(call, 'reason') ?? '' })
  print(call, { person: person.name, role }, () => `${person.name} is ${role}.\n`)
  return EXIT_DONE
}

function personLine({ name, fullName, role, status, signsInBy, sessions, createdAt, createdBy }: Person) {
  return { name, fullName, role, status, signsInBy, sessions: sessions.length, createdAt, createdBy }
}

type Line = ReturnType<typeof personLine>

const COLUMNS = [
  { title: 'NAME', cell: ({ name }: Line) => name },
  { title: 'FULL NAME', max: 40, cell: ({ fullName }: Line) => (fullName === '' ? null : fullName) },
  { title: 'ROLE', cell: ({ role }: Line) => role },
  { title: 'STATUS', cell: ({ status }: Line) => status },
  { title: 'SIGNS IN BY', cell: ({ signsInBy }: Line) => (signsInBy.length === 0 ? null : signsInBy.join(', ')) },
  { title: 'SESSIONS', align: 'right' as const, cell: ({ sessions }: Line) => sessions },
]

function missing(message: string): never {
  throw new UsageError(message)
}
